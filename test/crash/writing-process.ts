/**
 * Writes to an archive for ever: `node writing-process.ts FOLDER SEED`. After each batch that is durable it prints one line of
 * JSON with the ids that are stored now, each with its version (the title: higher is newer); before it removes some, one with
 * their ids. Made to be killed.
 */
import { Writer } from "../../src/archive/writer.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";

const [folder = "", seed = "1"] = process.argv.slice(2);
const writer = await Writer.open({ folder, encoder: createFakeEncoder(), resources: createResources() });
let state = Number(seed);
const random = (below: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state % below;
};
const words = ["供水", "地铁", "大桥", "北京", "降雨", "芯片", "选举", "足球"];

for (let round = 0; ; round++) {
  const articles = Array.from({ length: 1 + random(60) }, () => {
    const id = `a${random(2000)}`;
    const body = Array.from({ length: 30 }, () => words[random(words.length)]).join("，");
    return { id, title: `${Number(seed) * 1_000_000 + round}`, body, publishedAtMs: random(1_000_000) };
  });
  await writer.put(articles);
  process.stdout.write(`${JSON.stringify({ stored: articles.map(({ id, title }) => [id, Number(title)]) })}\n`);
  if (random(4) === 0) {
    const removed = Array.from({ length: 5 }, () => `a${random(2000)}`);
    process.stdout.write(`${JSON.stringify({ removing: removed })}\n`);
    await writer.remove(removed);
  }
  if (random(10) === 0) await writer.compact();
}
