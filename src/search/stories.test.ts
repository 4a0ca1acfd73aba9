import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import { createMemoryArchive, type FakeArticle } from "../../test/fakes/memory-archive.ts";
import { PLAIN_REQUEST } from "../archive/request.ts";
import type { SearchResult } from "../archive/result.ts";
import { searchInThisThread } from "../local/search/searcher.ts";
import { createSearchService } from "./service.ts";
import { STORY_MS, storyFloor } from "./stories.ts";

const HOUR_MS = 3_600_000;
const start = Date.UTC(2021, 2, 14);

/** A unit vector in a plane: the cosine of two is that of the angle between them. */
const at = (degrees: number): Float32Array => {
  const vector = new Float32Array(16);
  vector[0] = Math.cos((degrees * Math.PI) / 180);
  vector[1] = Math.sin((degrees * Math.PI) / 180);
  return vector;
};

const tell = (id: string, degrees: number, hours: number | undefined): FakeArticle => ({
  id,
  title: `大桥 ${id}`,
  body: `大桥的事，由 ${id} 说来。`.repeat(id.length),
  source: `${id} 报`,
  vector: at(degrees),
  publishedAtMs: hours === undefined ? undefined : start + hours * HOUR_MS,
});

const service = (articles: readonly FakeArticle[]) =>
  createSearchService({
    archive: searchInThisThread(createMemoryArchive(articles)),
    encoder: createFakeEncoder({ dimensions: 16 }),
  });

const REQUEST = { ...PLAIN_REQUEST, mode: "keyword", query: "大桥", sort: "oldest", limit: 100 } as const;

const idsOf = ({ hits }: SearchResult): string[][] =>
  hits.map(({ id, copies, tellings }) => [id, ...copies.map((c) => c.id), ...tellings.map((c) => c.id)]);

const EVENT = [
  tell("a", 0, 0),
  tell("later", 30, 20),
  tell("other", 90, 21),
  tell("far", 50, 30),
  tell("late", 5, STORY_MS / HOUR_MS + 1),
  tell("undated", 0, undefined),
];

test("near in meaning and in time is one story; the first of the order stands for it", async () => {
  const grouped = await service(EVENT).search({ ...REQUEST, stories: true });
  assert.deepEqual(idsOf(grouped), [["a", "later", "far"], ["other"], ["late"], ["undated"]]);
  assert.deepEqual([grouped.total, grouped.collapsed], [6, 2]);
  const newest = await service(EVENT).search({ ...REQUEST, sort: "newest", stories: true });
  assert.deepEqual(idsOf(newest), [["late", "far", "later"], ["other"], ["a"], ["undated"]]);
});

test("nothing is grouped unless it is asked for", async () => {
  const { hits, collapsed } = await service(EVENT).search(REQUEST);
  assert.equal(hits.length, 6);
  assert.equal(collapsed, 0);
  assert.ok(hits.every(({ tellings }) => tellings.length === 0));
});

test("a story keeps the copies of its tellings", async () => {
  const copy = { ...tell("later", 30, 22), id: "copy" };
  const grouped = await service([...EVENT, copy]).search({ ...REQUEST, stories: true });
  assert.deepEqual(idsOf(grouped)[0], ["a", "later", "copy", "far"]);
  assert.equal(grouped.total - grouped.collapsed, grouped.hits.length);
});

test("grouped or not, pages put together hold every article once, and the counts stay", async () => {
  const article = fc.record({ degrees: fc.integer({ min: 0, max: 180 }), hours: fc.integer({ min: 0, max: 200 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(article, { maxLength: 140 }), fc.integer({ min: 1, max: 40 }), async (drafts, limit) => {
      const articles = drafts.map(({ degrees, hours }, index) => tell(`n${index}`, degrees, hours));
      const search = service(articles);
      const paged: string[] = [];
      for (let offset = 0; ; offset += limit) {
        const page = await search.search({ ...REQUEST, stories: true, limit, offset });
        assert.equal(page.total, articles.length);
        paged.push(...idsOf(page).flat());
        if (offset >= page.total - page.collapsed) break;
      }
      assert.deepEqual(paged.toSorted(), articles.map(({ id }) => id).toSorted());
    }),
    { numRuns: 50 },
  );
});

test("the tellings of an article's event: near in time, copies too, itself left out", async () => {
  const copy = { ...tell("a", 0, 3), id: "copy" };
  const tellings = await service([...EVENT, copy]).similar("a", { limit: 10, sameStory: true });
  assert.deepEqual(
    tellings?.map(({ id }) => id),
    ["copy", "later", "far"],
  );
  assert.deepEqual(await service(EVENT).similar("undated", { limit: 10, sameStory: true }), []);
});

test("the more articles there are of those days, the nearer a telling must be", () => {
  const floors = [0, 1, 4, 20, 140, 1400, 100_000].map(storyFloor);
  assert.deepEqual(
    floors,
    floors.toSorted((a, b) => a - b),
  );
  assert.equal(floors[2], 0.43);
  assert.equal(floors.at(-1), 0.73);
});

test("where everything of the time is near, being near is not enough", async () => {
  // 80 articles of other days, all within 30 degrees of the first: an archive that speaks of one thing.
  const chorus = Array.from({ length: 80 }, (_, index) => tell(`c${index}`, (index % 31) + 10, 24 * (4 + index)));
  const event = [tell("a", 0, 0), tell("near", 25, 5), tell("same", 3, 6)];
  const alone = await service(event).similar("a", { limit: 10, sameStory: true });
  const among = await service([...event, ...chorus]).similar("a", { limit: 10, sameStory: true });
  const ids = (hits: typeof alone): string[] | undefined => hits?.map(({ id }) => id);
  assert.deepEqual(ids(alone), ["same", "near"]);
  assert.deepEqual(ids(among), ["same", "near"], "from .75 up nothing is asked of the others");

  const wide = [tell("a", 0, 0), tell("near", 50, 5), tell("same", 3, 6)];
  assert.deepEqual(ids(await service(wide).similar("a", { limit: 10, sameStory: true })), ["same", "near"]);
  const widely = await service([...wide, ...chorus]).similar("a", { limit: 10, sameStory: true });
  assert.deepEqual(ids(widely), ["same"]);
});

test("texts that share no words are no tellings of one event, however near their vectors are", async () => {
  const english = ["Harbour reopens after storm", "Museum extends evening hours", "Library lends garden tools"].map(
    (title, index): FakeArticle => ({
      id: `e${index}`,
      title,
      body: "",
      vector: at(index),
      publishedAtMs: start + index * HOUR_MS,
    }),
  );
  const { hits } = await service(english).search({ ...REQUEST, query: "", stories: true });
  assert.equal(hits.length, 3);
});
