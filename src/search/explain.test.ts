import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import { createMemoryArchive } from "../../test/fakes/memory-archive.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { AppError } from "../errors.ts";
import { searchInThisThread } from "../local/search/searcher.ts";
import { createSynonyms, parseSynonyms } from "../text/synonyms.ts";
import { explainWords } from "./explain.ts";
import { createSearchService } from "./service.ts";

const encoder = createFakeEncoder();
const TITLE = "有軌電車開通，軟體可查班次";
const BODY = "首日免費。市民在站台排起長隊等候電車。電車公司說，軟體下週更新。";

async function createService(withEncoder: Encoder = encoder) {
  const [vector] = await encoder.encode([`${TITLE}\n${BODY}`], { role: "document" });
  const archive = createMemoryArchive([{ id: "tram", title: TITLE, body: BODY, vector }]);
  return createSearchService({ archive: searchInThisThread(archive), encoder: withEncoder });
}

test("what stands in the article is named as it is written there; what does not, as it was asked", async () => {
  const service = await createService();
  const why = await service.explain("tram", { query: "软件 电车 磁悬浮", mode: "keyword" });
  assert.deepEqual(why, {
    found: [
      { text: "電車", times: 3 },
      { text: "軟體", times: 2 },
    ],
    missing: ["磁悬浮"],
    sentences: [],
  });
});

test("a word is not missing where a synonym of it stands, which is found as it is written there", async () => {
  const archive = createMemoryArchive([{ id: "tram", title: TITLE, body: BODY }]);
  const synonyms = createSynonyms(parseSynonyms("轻轨, 有轨电车").groups);
  const service = createSearchService({ archive: searchInThisThread(archive), encoder, synonyms: () => synonyms });
  const why = await service.explain("tram", { query: "轻轨 磁悬浮", mode: "keyword" });
  assert.deepEqual(why?.missing, ["磁悬浮"]);
  assert.ok(why?.found.some(({ text }) => text === "有軌電車"));
});

test("the sentence nearest in meaning comes first, with its words marked", async () => {
  const service = await createService();
  const why = await service.explain("tram", { query: "市民排長隊等候", mode: "hybrid" });
  const [nearest] = why?.sentences ?? [];
  assert.equal(nearest?.text, "市民在站台排起長隊等候電車。");
  assert.ok((nearest?.similarity ?? 0) > (why?.semantic ?? 1), "a sentence says it more plainly than the whole");
  assert.deepEqual(
    nearest?.highlights.map(([start, end]) => nearest.text.slice(start, end)),
    ["市民", "長隊等候"],
  );
});

test("without an encoder, words alone explain", async () => {
  const away: Encoder = {
    ...encoder,
    encode: async () => {
      throw new AppError("encoder-unavailable", "away");
    },
  };
  const why = await (await createService(away)).explain("tram", { query: "电车", mode: "hybrid" });
  assert.deepEqual([why?.found.length, why?.sentences, why?.semantic], [1, [], undefined]);
  assert.equal(await (await createService()).explain("none", { query: "电车", mode: "hybrid" }), undefined);
});

test("explaining a long text by many words lets others have their turn", async () => {
  const body = "昨天的会议讨论了供水、交通与住房等问题，记者从有关部门获悉。".repeat(300);
  const words = Array.from({ length: 16 }, (_, index) => `供水交通住房会议${String.fromCharCode(0x4e00 + index)}`);
  let turns = 0;
  const count = (): void => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const { found } = await explainWords({ title: "会议", body }, { words, phrases: [] });
  clearImmediate(timer);
  assert.ok(found.length > 0);
  assert.ok(turns >= 1, `${turns} turns`);
});
