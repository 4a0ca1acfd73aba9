/** What the description of the API promises is what the search service takes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { searchInThisThread } from "../../src/local/search/searcher.ts";
import { MAX_FACET_VALUES, MAX_LIMIT, MAX_OFFSET } from "../../src/search/limits.ts";
import { createSearchService } from "../../src/search/service.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { createMemoryArchive } from "../fakes/memory-archive.ts";
import { startFakeServer } from "./server.ts";

interface Parameter {
  readonly name: string;
  readonly schema: { readonly minimum?: number; readonly maximum?: number };
}

test("every number that the description allows is answered, and the next beyond it is refused", async (t) => {
  const search = createSearchService({
    archive: searchInThisThread(createMemoryArchive(ARTICLES)),
    encoder: createFakeEncoder(),
  });
  const app = await startFakeServer(t, { backend: { ...createFakeBackend(), search } });
  const description = (await app.inject({ url: "/openapi.json" })).json();
  const parameters: readonly Parameter[] = description.paths["/api/search"].get.parameters;
  const limited = parameters.filter(({ schema }) => schema.maximum !== undefined);
  assert.deepEqual(limited.map(({ name }) => name).sort(), ["facetValues", "limit", "offset"]);
  for (const { name, schema } of limited) {
    const { minimum = 0, maximum = 0 } = schema;
    const statuses = { [minimum]: 200, [maximum]: 200, [maximum + 1]: 400, [minimum - 1]: 400 };
    for (const [value, status] of Object.entries(statuses)) {
      const reply = await app.inject({ url: "/api/search", query: { [name]: value } });
      assert.equal(reply.statusCode, status, `${name}=${value}: ${reply.body}`);
    }
  }
});

test("the service refuses what the description forbids", async () => {
  const search = createSearchService({
    archive: searchInThisThread(createMemoryArchive(ARTICLES)),
    encoder: createFakeEncoder(),
  });
  const most = { limit: MAX_LIMIT, offset: MAX_OFFSET, facetValues: MAX_FACET_VALUES };
  await search.search({ ...PLAIN_REQUEST, ...most });
  for (const [name, value] of Object.entries(most)) {
    for (const wrong of [value + 1, -1, 0.5, Number.NaN]) {
      await assert.rejects(
        search.search({ ...PLAIN_REQUEST, [name]: wrong }),
        new RegExp(`${name} is ${wrong}`),
        `${name} ${wrong}`,
      );
    }
  }
});
