/** A search page is several searches: all of one snapshot, all called off together. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SearchRequest } from "../../src/archive/request.ts";
import { AppError } from "../../src/errors.ts";
import { listen } from "../../src/http/listen.ts";
import type { SearchService } from "../../src/search/search.ts";
import { createFakeBackend, type FakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "./server.ts";

/** A page of the hits, then the months, the choices of each facet, and the counts of two sources, each beside all of its articles: ten searches. */
const NARROWED = "/?q=大桥&source=江湾日报&source=海灣時報&category=交通";

type Search = SearchService["search"];

const withSearch = (backend: FakeBackend, search: Search): FakeBackend => ({
  ...backend,
  search: { ...backend.search, search },
});

/** An archive that is written to without a break: each search finds another state, unless it names one that is kept. */
function createMovingSearch({ search: base }: FakeBackend, isKept: (name: string) => boolean = () => true) {
  const requests: SearchRequest[] = [];
  const search: Search = async (request) => {
    requests.push(request);
    const name = request.snapshot ?? `state-${requests.length}`;
    if (request.snapshot !== undefined && !isKept(name)) throw new AppError("snapshot-gone", `${name} is gone`);
    return { ...(await base.search(request)), snapshot: name };
  };
  return { requests, search };
}

test("the counts of a page are of the same state as its hits, though the archive moves on meanwhile", async (t) => {
  const backend = createFakeBackend();
  const { requests, search } = createMovingSearch(backend);
  const app = await startFakeServer(t, { backend: withSearch(backend, search) });
  assert.equal((await app.inject(encodeURI(NARROWED))).statusCode, 200);
  assert.deepEqual(
    requests.map(({ snapshot }) => snapshot),
    [undefined, ...Array.from({ length: 9 }, () => "state-1")],
  );
});

test("a page that names its state is read from it alone", async (t) => {
  const backend = createFakeBackend();
  const { requests, search } = createMovingSearch(backend);
  const app = await startFakeServer(t, { backend: withSearch(backend, search) });
  assert.equal((await app.inject(encodeURI(`${NARROWED}&snapshot=old`))).statusCode, 200);
  assert.deepEqual([...new Set(requests.map(({ snapshot }) => snapshot))], ["old"]);
});

test("a page begins again from the present state where its own is not kept long enough", async (t) => {
  const backend = createFakeBackend();
  const { requests, search } = createMovingSearch(backend, (name) => name !== "state-1");
  const app = await startFakeServer(t, { backend: withSearch(backend, search) });
  assert.equal((await app.inject(encodeURI(NARROWED))).statusCode, 200);
  const last = requests.slice(requests.findLastIndex(({ snapshot }) => snapshot === undefined) + 1);
  assert.equal(new Set(last.map(({ snapshot }) => snapshot)).size, 1);
  assert.equal(last.length, 9);
});

test("a page whose state never stays shows the hits with their own counts; one that names a lost state gets 410", async (t) => {
  const backend = createFakeBackend();
  const { requests, search } = createMovingSearch(backend, () => false);
  const app = await startFakeServer(t, { backend: withSearch(backend, search) });
  const reply = await app.inject(encodeURI(NARROWED));
  assert.equal(reply.statusCode, 200);
  assert.match(reply.body, /临江大桥通车/);
  assert.ok(requests.length < 20, `${requests.length} searches`);
  assert.equal((await app.inject(encodeURI(`${NARROWED}&snapshot=state-1`))).statusCode, 410);
});

test("a reader who goes calls off every search of the page, which run side by side", { timeout: 10_000 }, async (t) => {
  const backend = createFakeBackend();
  const running = new Set<AbortSignal>();
  const allRun = Promise.withResolvers<void>();
  const noneRuns = Promise.withResolvers<void>();
  const search: Search = (request, { signal } = {}) => {
    const isFirst = request.limit > 0;
    // Of the whole archive: counted once for all readers, whoever goes.
    const isShared = request.query === "";
    if (isFirst || isShared) return backend.search.search(request);
    assert.ok(signal !== undefined, "a search without a signal");
    const own = AbortSignal.any([signal]);
    running.add(own);
    if (running.size === 3) allRun.resolve();
    return new Promise((_, reject) => {
      own.addEventListener("abort", () => {
        running.delete(own);
        if (running.size === 0) noneRuns.resolve();
        reject(own.reason);
      });
    });
  };
  const app = await startFakeServer(t, { backend: withSearch(backend, search) });
  const { url, stop } = await listen(app, { host: "127.0.0.1", port: 0 });
  t.after(stop);
  const reader = new AbortController();
  const asked = fetch(url + NARROWED, { signal: reader.signal });
  await allRun.promise;
  reader.abort();
  await assert.rejects(asked);
  await noneRuns.promise;
});

test("one search of a page that fails calls off the others", { timeout: 10_000 }, async (t) => {
  const backend = createFakeBackend();
  let calledOff = 0;
  const search: Search = (request, { signal } = {}) => {
    if (request.limit > 0 || request.query === "") return backend.search.search(request);
    if (request.categories.length === 0) return Promise.reject(new AppError("overloaded", "Too many searches wait."));
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => {
        calledOff++;
        reject(signal.reason);
      });
    });
  };
  const app = await startFakeServer(t, { backend: withSearch(backend, search) });
  assert.equal((await app.inject(encodeURI(NARROWED))).statusCode, 429);
  assert.equal(calledOff, 2);
});

test("a reader who gives up an export calls off the search under way", { timeout: 10_000 }, async (t) => {
  const backend = createFakeBackend();
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const search: Search = (_request, { signal } = {}) => {
    begun.resolve();
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => {
        ended.resolve();
        reject(signal.reason);
      });
    });
  };
  const app = await startFakeServer(t, { backend: withSearch(backend, search) });
  const { url, stop } = await listen(app, { host: "127.0.0.1", port: 0 });
  t.after(stop);
  const reader = new AbortController();
  const asked = fetch(`${url}/export.csv?q=大桥`, { signal: reader.signal });
  await begun.promise;
  reader.abort();
  await assert.rejects(asked);
  await ended.promise;
});
