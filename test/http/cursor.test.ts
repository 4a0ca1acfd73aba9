/** Pages of a search by cursor: every hit once, of one state of the archive. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SearchReply } from "../../src/api/wire.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "./server.ts";

const articles = Array.from({ length: 23 }, (_, index) => ({
  id: `ferry-${index}`,
  title: `第${index}班渡轮`,
  body: `渡轮在${index}号码头靠岸。`,
}));

test("cursors lead through every hit once, whatever the sizes of the pages", async (t) => {
  const app = await startFakeServer(t, { backend: createFakeBackend(articles) });
  const read = async (query: object): Promise<SearchReply> => {
    const reply = await app.inject({ url: "/api/v1/search", query: { q: "渡轮", ...query } as Record<string, string> });
    assert.equal(reply.statusCode, 200, reply.body);
    return reply.json();
  };
  const all = (await read({ limit: "100" })).hits.map(({ id }) => id);
  assert.equal(all.length, articles.length);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 23, maxLength: 23 }), async (sizes) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      for (const limit of sizes) {
        const page = await read({ limit: String(limit), ...(cursor !== undefined && { cursor }) });
        ids.push(...page.hits.map(({ id }) => id));
        cursor = page.nextCursor;
        if (cursor === undefined) break;
      }
      assert.deepEqual(ids, all);
    }),
    { numRuns: 20 },
  );
});

test("a cursor keeps to its snapshot, and goes with its own search alone", async (t) => {
  const backend = createFakeBackend(articles);
  const app = await startFakeServer(t, { backend });
  const ask = (query: Record<string, string>) => app.inject({ url: "/api/v1/search", query: { q: "渡轮", ...query } });
  const { nextCursor, snapshot } = (await ask({ limit: "2" })).json();
  assert.equal((await ask({ cursor: nextCursor, limit: "3", facetValues: "1" })).statusCode, 200);
  const { snapshot: asked, offset } = backend.search.requests.at(-1) ?? assert.fail();
  assert.deepEqual([asked, offset], [snapshot, 2]);
  for (const wrong of [
    { cursor: nextCursor, q: "别的" },
    { cursor: nextCursor, mode: "keyword" },
    { cursor: nextCursor, offset: "2" },
    { cursor: nextCursor, snapshot },
    { cursor: "none" },
  ]) {
    const reply = await ask(wrong);
    assert.deepEqual([reply.statusCode, reply.json().code], [400, "invalid-request"], JSON.stringify(wrong));
    assert.match(reply.json().message, /cursor/);
  }
  assert.equal((await ask({ limit: "0" })).json().nextCursor, undefined, "nothing was read of the list");
});
