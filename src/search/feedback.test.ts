import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createMemorySnapshot, type FakeArticle } from "../../test/fakes/memory-archive.ts";
import { RowSpace } from "../local/search/row-space.ts";
import { createCandidates } from "../local/search/segment-candidates.ts";
import { SampleCache } from "../local/search/vector-sample.ts";
import { likeNamed, likeTheBest } from "./feedback.ts";
import type { RankedPlace } from "./ranked.ts";

/** A unit vector in a plane: the cosine of two is that of the angle between them. */
const at = (degrees: number): Float32Array =>
  Float32Array.from([Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]);

const LIGHTHOUSE = "海事部门介绍，老灯塔由守夜人看护四十年，今后改为自动值守，守夜人在年底退休。";
const HARBOUR = "港口今日恢复通航，货轮陆续进港，渔船仍在避风。";

/** Articles in one segment, ranked as they stand, each a tenth behind the one before. */
function ranked(articles: readonly (Partial<FakeArticle> & { degrees?: number })[], scores?: readonly number[]) {
  const snapshot = createMemorySnapshot(
    articles.map(({ degrees, ...more }, index) => ({
      id: `${index}`,
      title: "",
      body: "",
      ...(degrees === undefined ? {} : { vector: at(degrees) }),
      ...more,
    })),
    { dimensions: 2, segments: 1 },
  );
  const space = new RowSpace(snapshot);
  const ranking = articles.map(
    (_, place): RankedPlace => ({ place, score: scores?.[place] ?? 1 - place / 10, tieBreak: 0, key: place }),
  );
  return { ranking, snapshot, space, candidates: createCandidates(snapshot, space) };
}

const placesOf = (ranking: readonly RankedPlace[]): number[] => ranking.map(({ place }) => place);

describe("the best three", () => {
  const order = (
    articles: readonly (Partial<FakeArticle> & { degrees?: number })[],
    scores?: readonly number[],
    typicalCosine = 0,
  ): number[] => {
    const { ranking, candidates } = ranked(articles, scores);
    return placesOf(likeTheBest(ranking, { candidates, typicalCosine }));
  };
  const CLOSE = [1, 0.99, 0.98, 0.5, 0.48];

  test("where they speak of one thing, what is like them in meaning comes forward", () => {
    assert.deepEqual(
      order(
        [0, 10, 20, 90, 10].map((degrees) => ({ degrees })),
        CLOSE,
      ),
      [0, 1, 2, 4, 3],
    );
  });

  test("the first stays first, though the second is more like all three", () => {
    assert.deepEqual(
      order(
        [0, 20, 40, 90, 20].map((degrees) => ({ degrees })),
        [1, 0.999, 0.5, 0.4, 0.4],
      ),
      [0, 1, 2, 4, 3],
    );
  });

  test("where they do not, or nobody knows, the ranking stays", () => {
    for (const degrees of [
      [0, 120, 240, 90, 10],
      [0, 80, 160, 90, 10],
    ]) {
      assert.deepEqual(
        order(
          degrees.map((angle) => ({ degrees: angle })),
          CLOSE,
        ),
        [0, 1, 2, 3, 4],
      );
    }
    assert.deepEqual(
      order([{ degrees: 0 }, { degrees: 10 }, {}, { degrees: 90 }, { degrees: 10 }], CLOSE),
      [0, 1, 2, 3, 4],
    );
    assert.deepEqual(order([{ degrees: 0 }, { degrees: 1 }], [1, 0.9]), [0, 1]);
    assert.deepEqual(order([]), []);
    const { ranking, candidates } = ranked(
      [{ degrees: 0 }, { degrees: 0 }, { degrees: 0 }, { degrees: 0 }],
      [0, 0, 0, 0],
    );
    assert.deepEqual(likeTheBest(ranking, { candidates, typicalCosine: 0 }), ranking, "without a score no weight");
  });

  test("like each other is more than any two articles of the archive are", () => {
    assert.deepEqual(
      order(
        [0, 10, 20, 90, 10].map((degrees) => ({ degrees })),
        CLOSE,
        0.95,
      ),
      [0, 1, 2, 3, 4],
    );
  });

  test("what shares their words comes forward too", () => {
    const body = [
      LIGHTHOUSE,
      LIGHTHOUSE.slice(7),
      LIGHTHOUSE.slice(0, 30),
      HARBOUR,
      `守夜人说，${LIGHTHOUSE.slice(7, 22)}。`,
    ];
    const degrees = [0, 0, 0, 60, 60];
    assert.deepEqual(
      order(
        body.map((text, index) => ({ body: text, degrees: degrees[index] ?? 0 })),
        CLOSE,
      ),
      [0, 1, 2, 4, 3],
    );
    const others = body.with(4, HARBOUR.slice(7));
    assert.deepEqual(
      order(
        others.map((text, index) => ({ body: text, degrees: degrees[index] ?? 0 })),
        CLOSE,
      ),
      [0, 1, 2, 3, 4],
    );
  });

  test("those behind the first hundred stay behind them, in their order", () => {
    const { ranking, candidates } = ranked(
      Array.from({ length: 130 }, (_, index) => ({ degrees: index < 3 || index > 110 ? 0 : 90 })),
      Array.from({ length: 130 }, (_, index) => 1 - index / 1000),
    );
    const order = placesOf(likeTheBest(ranking, { candidates, typicalCosine: 0 }));
    assert.deepEqual(order, placesOf(ranking));
  });
});

describe("a named article", () => {
  test("it comes first, then what shares its words, however far behind", () => {
    const { ranking, candidates } = ranked(
      [{ body: HARBOUR }, { body: LIGHTHOUSE.slice(5) }, { body: LIGHTHOUSE }],
      [0.9, 0.5, 0.4],
    );
    const article = candidates.article(2);
    assert.ok(article !== undefined);
    const named = { place: 2, article, vector: at(0) };
    const reordered = likeNamed(ranking, named, candidates);
    assert.deepEqual(placesOf(reordered), [2, 1, 0]);
    const scores = reordered.map(({ score }) => score);
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    );
    assert.deepEqual(
      placesOf(likeNamed(ranking.slice(0, 2), named, candidates)),
      [1, 0],
      "where a filter leaves it out",
    );
  });
});

test("typical is the cosine of articles that are drawn by chance", () => {
  const typicalOf = (articles: readonly (Partial<FakeArticle> & { degrees?: number })[]): number => {
    const { snapshot, space } = ranked(articles);
    return new SampleCache().of(snapshot, space).typicalCosine;
  };
  const apart = Array.from({ length: 40 }, (_, index) => ({ degrees: 60 * (index % 4), publishedAtMs: index }));
  assert.ok(Math.abs(typicalOf(apart)) <= 0.5 + 1e-6);
  assert.ok(typicalOf(Array.from({ length: 40 }, (_, index) => ({ degrees: 30, publishedAtMs: index }))) > 1 - 1e-6);
  assert.equal(typicalOf([{ body: HARBOUR }]), 0);
});
