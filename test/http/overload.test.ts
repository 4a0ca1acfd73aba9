/** What clients see while every search thread is busy. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FromThread } from "../../src/local/pool/messages.ts";
import { SearchPool } from "../../src/local/pool/pool.ts";
import { createSearchService } from "../../src/search/service.ts";
import type { ThreadEvents } from "../../src/threads/start-thread.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { createMemoryArchive } from "../fakes/memory-archive.ts";
import { startFakeServer } from "./server.ts";

test("while a search runs everything else is answered, and what would wait too long is told when to come again", async (t) => {
  const archive = createMemoryArchive([]);
  let thread: ThreadEvents<FromThread> | undefined;
  const pool = new SearchPool({
    info: archive.info,
    threads: 1,
    maxWaiting: 0,
    startThread: (events) => {
      thread = events;
      return {
        post: ({ kind }) => kind === "close" && setImmediate(() => events.onEnd(undefined)),
        terminate: async () => events.onEnd(undefined),
      };
    },
    borrowSnapshot: async () => ({ data: { name: "c1" }, [Symbol.dispose]: () => {} }),
  });
  t.after(() => pool[Symbol.asyncDispose]());
  const search = createSearchService({ archive: pool, encoder: createFakeEncoder() });
  const fake = createFakeBackend();
  const backend = { ...fake, search, archive: { ...fake.archive, load: () => pool.status } };
  const app = await startFakeServer(t, { backend });
  const answered: string[] = [];
  const slow = app.inject("/api/articles/a").then(() => answered.push("search"));
  while (pool.status.running === 0) await new Promise((resolve) => setImmediate(resolve));

  for (const path of ["/livez", "/api/status", "/saved", "/openapi.json", "/metrics"]) {
    assert.equal((await app.inject(path)).statusCode, 200, path);
    answered.push(path);
  }
  const refused = await app.inject("/api/search?q=x");
  assert.equal(refused.statusCode, 503);
  assert.equal(refused.headers["retry-after"], "1");
  assert.match(refused.json().message, /0 searches wait already\. Try again soon\.$/);

  thread?.onMessage({ kind: "done", value: undefined });
  await slow;
  assert.equal(answered.at(-1), "search");
  assert.equal(answered.length, 6);
});
