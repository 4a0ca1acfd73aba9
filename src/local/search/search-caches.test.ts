/** What a thread keeps from search to search belongs to one snapshot: the next one must not be answered from it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createMemorySnapshot, type FakeArticle } from "../../../test/fakes/memory-archive.ts";
import { PLAIN_REQUEST } from "../../archive/request.ts";
import { MaskCache } from "./filter.ts";
import { RowSpace } from "./row-space.ts";
import { SnapshotSearcher } from "./searcher.ts";
import { SampleCache } from "./vector-sample.ts";

/** Articles whose vectors point along one axis of a plane, or alternate between both. */
const along = (axes: readonly number[]): FakeArticle[] =>
  axes.map((axis, index) => ({
    id: `${index}`,
    title: `第${index}篇`,
    body: "",
    publishedAtMs: index,
    vector: Float32Array.from([1 - axis, axis]),
  }));

const HALF_AND_HALF = Array.from({ length: 200 }, (_, index) => (index < 100 ? 0 : 1));

describe("from one snapshot to the next", () => {
  test("the sample of vectors is taken anew, and kept while the snapshot stays", () => {
    const samples = new SampleCache();
    const sampleOf = (name: string, axes: readonly number[]) => {
      const snapshot = createMemorySnapshot(along(axes), { name, dimensions: 2, segments: 1 });
      return samples.of(snapshot, new RowSpace(snapshot));
    };
    const apart = sampleOf("first", HALF_AND_HALF);
    assert.equal(new Set(apart.vectors.map(String)).size, 2, "articles of both kinds are drawn");
    assert.equal(sampleOf("first", HALF_AND_HALF), apart);
    const alike = sampleOf(
      "second",
      Array.from({ length: 201 }, () => 0),
    );
    assert.equal(alike.typicalCosine, 1);
    assert.equal(alike.rows, 201);
  });

  test("the mask of a filter is made anew, though the filter is the same", () => {
    const masks = new MaskCache();
    const filter = { sources: ["甲报"], categories: [], excludedSources: [], excludedCategories: [] };
    const maskOf = (name: string, sources: readonly string[]) => {
      const articles = sources.map((source, index): FakeArticle => ({ id: `${index}`, title: "", body: "", source }));
      return masks.masks(createMemorySnapshot(articles, { name, segments: 1 }), [filter])?.map((mask) => [...mask]);
    };
    assert.deepEqual(maskOf("first", ["甲报", "乙报"]), [[1, 0]]);
    assert.deepEqual(maskOf("second", ["乙报", "甲报", "甲报"]), [[0, 1, 1]]);
    assert.deepEqual(maskOf("first", ["甲报", "乙报"]), [[1, 0]], "the earlier snapshot is still there");
  });

  test("a search is answered from the snapshot that it is given", () => {
    const searcher = new SnapshotSearcher("UTC");
    const request = { ...PLAIN_REQUEST, sources: ["甲报"] };
    const totalOf = (name: string, sources: readonly string[]): number => {
      const articles = sources.map((source, index): FakeArticle => ({ id: `${index}`, title: "", body: "", source }));
      return searcher.search(createMemorySnapshot(articles, { name }), request, {}).total;
    };
    assert.deepEqual(
      [
        totalOf("first", ["甲报", "乙报"]),
        totalOf("second", ["甲报", "甲报", "乙报"]),
        totalOf("first", ["甲报", "乙报"]),
      ],
      [1, 2, 1],
    );
  });

  test("what texts say of a phrase, and what is wanted instead of all words, is of the snapshot that is given", () => {
    for (const [query, first, second, totals] of [
      ['"桥头码头"', ["桥头码头", "桥头，头码，码头"], ["桥头，头码，码头", "桥头，头码，码头"], [1, 0, 1]],
      ["大桥 码头", ["大桥", "码头"], ["大桥", "大桥，码头"], [2, 1, 2]],
    ] as const) {
      const searcher = new SnapshotSearcher("UTC");
      const totalOf = (name: string, bodies: readonly string[]): number => {
        const articles = bodies.map((body, index): FakeArticle => ({ id: `${index}`, title: "", body }));
        const request = { ...PLAIN_REQUEST, query, mode: "keyword" } as const;
        return searcher.search(createMemorySnapshot(articles, { name }), request, {}).total;
      };
      assert.deepEqual([totalOf("first", first), totalOf("second", second), totalOf("first", first)], totals, query);
    }
  });
});
