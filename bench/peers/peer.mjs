/**
 * Builds one peer's index, or asks it: node bench/peers/peer.mjs NAME build|query FOLDER [SECONDS]
 * What it found is printed as JSON (PeerAnswers of protocol.ts). It stops asking after SECONDS, 600 by default.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { residentMemory } from "../million/memory.ts";
import { buildFts5 } from "./fts5.mjs";
import { toTerms } from "./given.mjs";

const WARM_UP = 3;

const [name, task, folder, seconds = "600"] = process.argv.slice(2);
if (name === "fts5") buildFts5(folder);
else {
  const { build, openPeer } = await import(`./${name}.mjs`);
  if (task === "build") await build(folder);
  else console.log(JSON.stringify(await query(openPeer)));
}
process.exit();

async function query(openPeer) {
  const queries = JSON.parse(readFileSync(join(folder, "queries.json"), "utf8"));
  const startMs = performance.now();
  const peer = await openPeer(folder);
  const openMs = performance.now() - startMs;
  const searches = queries.flatMap(({ text, vector, ranges }, index) =>
    ranges.map((range) => ({ query: index, text, terms: toTerms(text), vector: Float32Array.from(vector), ...range })),
  );
  for (const search of searches.slice(0, WARM_UP)) await peer.hybrid(search);
  const deadline = performance.now() + Number(seconds) * 1000;
  const answers = [];
  for (const search of searches) {
    const asked = performance.now();
    if (asked > deadline) break;
    const hybrid = await peer.hybrid(search);
    answers.push({ query: search.query, share: search.share, ms: performance.now() - asked, hybrid });
  }
  const memory = residentMemory();
  for (const [index, answer] of answers.entries()) answer.nearest = await peer.nearest(searches[index]);
  return { openMs, memory, answers };
}
