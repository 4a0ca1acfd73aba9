import assert from "node:assert/strict";
import { test } from "node:test";
import { listen } from "../../src/http/listen.ts";
import type { SearchService } from "../../src/search/search.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "./server.ts";

test("a reader who goes before the answer ends the search and is no failure in the log", async (t) => {
  const backend = createFakeBackend();
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const search: SearchService["search"] = (request, options) => {
    if (request.query !== "大桥") return backend.search.search(request);
    begun.resolve();
    return new Promise((_, reject) => {
      options?.signal?.addEventListener("abort", () => {
        ended.resolve();
        reject(options.signal?.reason);
      });
    });
  };
  const log = t.mock.method(process.stderr, "write", () => true);
  const app = await startFakeServer(t, {
    backend: { ...backend, search: { ...backend.search, search } },
    logLevel: "error",
  });
  const { url, stop } = await listen(app, { host: "127.0.0.1", port: 0 });
  t.after(stop);
  const reader = new AbortController();
  const asked = fetch(`${url}/?q=大桥`, { signal: reader.signal });
  await begun.promise;
  reader.abort();
  await assert.rejects(asked);
  await ended.promise;
  assert.equal((await fetch(`${url}/?q=图书馆`)).status, 200);
  assert.deepEqual(
    log.mock.calls.map(({ arguments: [text] }) => text),
    [],
  );
});
