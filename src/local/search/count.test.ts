import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeEncoder } from "../../../test/fakes/encoder.ts";
import { createMemoryArchive } from "../../../test/fakes/memory-archive.ts";
import { PLAIN_REQUEST } from "../../archive/request.ts";
import { createSearchService } from "../../search/service.ts";
import { searchInThisThread } from "./searcher.ts";

const service = (categories: readonly string[]) =>
  createSearchService({
    archive: searchInThisThread(
      createMemoryArchive(
        categories.map((category, index) => ({ id: `a${index}`, title: `标题 ${index}`, body: "", category })),
      ),
    ),
    encoder: createFakeEncoder(),
  });

test("names that fold to the same text are one value, counted together, wanted and excluded together", async () => {
  const search = service(["财经", "財經", "体育", "財經", "ＡＩ", "ai"]);
  const all = await search.search(PLAIN_REQUEST);
  assert.deepEqual(all.facets.category, [
    { value: "财经", count: 3 },
    { value: "ＡＩ", count: 2 },
    { value: "体育", count: 1 },
  ]);
  for (const name of ["财经", "財經"]) {
    const wanted = await search.search({ ...PLAIN_REQUEST, categories: [name] });
    assert.equal(wanted.total, 3, name);
    assert.deepEqual(wanted.facets.category, [{ value: "财经", count: 3 }]);
    assert.equal((await search.search({ ...PLAIN_REQUEST, excludedCategories: [name] })).total, 3, name);
  }
  assert.equal((await search.search({ ...PLAIN_REQUEST, categories: ["财"] })).total, 0);
});

test("fifty values are listed unless more are asked for", async () => {
  const search = service(Array.from({ length: 120 }, (_, index) => `栏目 ${index}`));
  assert.equal((await search.search(PLAIN_REQUEST)).facets.category.length, 50);
  const whole = await search.search({ ...PLAIN_REQUEST, facetValues: 10_000 });
  assert.equal(whole.facets.category.length, 120);
  await assert.rejects(search.search({ ...PLAIN_REQUEST, facetValues: 10_001 }), /facetValues is 10001: wanted/);
});
