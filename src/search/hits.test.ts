import assert from "node:assert/strict";
import { test } from "node:test";
import type { MatchKind } from "../archive/result.ts";
import { makeSnippet } from "../text/snippet.ts";
import { toHits, toSnippetQuery } from "./hits.ts";
import { parseQuery } from "./query.ts";
import type { RankedPlace } from "./ranked.ts";

const WEIGHTS = new Map([
  ["他们", 1],
  ["们的", 1],
  ["的孩", 1],
  ["孩子", 1],
  ["5g", 2],
  ["网络", 1],
]);
const FILLER = "沿江步道今年春天重新铺了石板，两旁种上了柳树和海棠，傍晚时分散步的人很多，还有人带着孙辈骑车。";

test("a phrase is shown where it stands whole, not where its pairs do", () => {
  for (const [phrase, scattered, whole] of [
    ["他们的孩子", "他们的每一个心愿，都是有的孩子写的。", "老师很喜欢他们的孩子。"],
    ["5G網路", "5G基站多了，网络也快了，还会更快。", "5G网络建成了。"],
  ] as const) {
    const query = toSnippetQuery(parseQuery(`"${phrase}"`), WEIGHTS);
    const { text } = makeSnippet({ title: "题", body: `${scattered}\n${FILLER}${FILLER}\n${whole}\n${FILLER}` }, query);
    assert.ok(text.includes(whole) && !text.includes(scattered), text);
  }
});

const rankedAt = (place: number): RankedPlace => ({ place, score: 1, tieBreak: 0, key: place });

test("a telling says by what it was found itself, as one that is merely related may stand under a hit that matches", () => {
  const kinds: readonly MatchKind[] = ["words", "related", "meaning"];
  const [hit] = toHits([{ ranked: rankedAt(0), copies: [], tellings: [rankedAt(1), rankedAt(2)] }], {
    candidates: { article: (place) => ({ id: `${place}`, title: "题", body: FILLER }) },
    snippetQuery: toSnippetQuery(parseQuery("步道"), WEIGHTS),
    why: () => ({}),
    kindOf: (place) => kinds[place] ?? "related",
  });
  assert.deepEqual(
    hit?.tellings.map(({ id, match }) => [id, match]),
    [
      ["1", "related"],
      ["2", "meaning"],
    ],
  );
});
