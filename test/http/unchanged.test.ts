/** What was read is not read again while nothing has changed; and whatever changes it is seen at once. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openArchive } from "../../src/index.ts";
import type { SearchService } from "../../src/search/search.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { startFakeServer } from "./server.ts";

/** What depends on the state of the archive and on nothing else. */
const PATHS = [
  "/api/v1/search?q=大桥",
  "/api/v1/suggest?q=大桥",
  "/api/v1/counts?q=大桥&by=source",
  "/api/v1/counts.csv?q=大桥",
  "/api/v1/articles/bridge",
  "/api/v1/articles/bridge/similar",
  "/api/v1/articles/bridge/editions",
  "/export.jsonl?q=大桥",
  "/export.csv?q=大桥",
  "/feed.atom?q=大桥",
].map(encodeURI);

test("whoever has a reply already gets 304 without a search, until the archive is another", async (t) => {
  const backend = createFakeBackend();
  let stamp = "one";
  const app = await startFakeServer(t, {
    backend: { ...backend, archive: { ...backend.archive, stamp: async () => stamp } },
  });
  const ask = (url: string, etag?: string) =>
    app.inject({ url, ...(etag !== undefined && { headers: { "if-none-match": `"other", ${etag}` } }) });
  const tags = new Set<unknown>();
  for (const url of PATHS) {
    stamp = "one";
    const { statusCode, headers } = await ask(url);
    const etag = String(headers.etag);
    assert.equal(statusCode, 200, url);
    assert.match(etag, /^W\/"[\w-]{22}"$/, url);
    tags.add(etag);
    const before = backend.search.requests.length;
    const same = await ask(url, etag);
    assert.deepEqual([same.statusCode, same.body, same.headers.etag], [304, "", etag], url);
    assert.equal((await ask(url, etag.slice(2))).statusCode, 304, "a proxy may have made it strong");
    assert.equal(backend.search.requests.length, before, url);
    const head = await app.inject({ method: "HEAD", url, headers: { "if-none-match": etag } });
    assert.deepEqual([head.statusCode, head.headers["content-length"]], [304, undefined], url);
    stamp = "two";
    assert.equal((await ask(url, etag)).statusCode, 200, url);
  }
  assert.equal(tags.size, PATHS.length);
});

test("a reply that another encoder, list of synonyms or version would change has another name", async (t) => {
  const url = PATHS[0] ?? assert.fail();
  const tagOf = async (version: string, fingerprint: string) => {
    const backend = createFakeBackend();
    const search: SearchService = { ...backend.search, fingerprint: () => fingerprint };
    const app = await startFakeServer(t, { version, backend: { ...backend, search } });
    return (await app.inject(url)).headers.etag;
  };
  const tags = [await tagOf("1", "a"), await tagOf("1", "b"), await tagOf("2", "a")];
  assert.equal(new Set(tags).size, 3);
  assert.equal(await tagOf("1", "a"), tags[0]);
});

test("what is true for the moment alone, and what fails, has no name and is kept by nobody", async (t) => {
  const backend = createFakeBackend();
  let notices: readonly ("encoder-away" | "query-has-no-words")[] = ["encoder-away"];
  const search: SearchService = {
    ...backend.search,
    search: async (request) => ({ ...(await backend.search.search(request)), notices }),
  };
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  for (const url of PATHS.filter((path) => /search|counts|export/.test(path))) {
    notices = ["encoder-away"];
    const { headers } = await app.inject(url);
    assert.deepEqual([headers.etag, headers["cache-control"]], [undefined, "no-store"], url);
    notices = ["query-has-no-words"];
    assert.notEqual((await app.inject(url)).headers.etag, undefined, url);
  }
  for (const url of ["/api/v1/articles/none", "/api/v1/search?limit=x"]) {
    assert.equal((await app.inject(url)).headers.etag, undefined, url);
  }
});

test("who may keep a reply: anybody, where everybody may read; nobody, where it takes a token", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ reader: ["search", "read"] });
  const authorization = `Bearer ${secrets.reader}`;
  const url = PATHS[0] ?? assert.fail();
  const open = await startFakeServer(t, { tokensFile });
  assert.equal((await open.inject(url)).headers["cache-control"], "no-cache");
  const named = await open.inject({ url, headers: { authorization } });
  assert.equal(named.headers["cache-control"], "private, no-cache");
  const closed = await startFakeServer(t, { tokensFile, access: "token" });
  const { headers } = await closed.inject({ url, headers: { authorization } });
  assert.equal(headers["cache-control"], "private, no-store");
  // Whoever is not let in learns nothing from a name.
  const stranger = await closed.inject({ url, headers: { "if-none-match": String(headers.etag) } });
  assert.equal(stranger.statusCode, 401);
  assert.equal(stranger.headers.etag, undefined);
});

test("HEAD says of every address what GET says, and sends nothing", async (t) => {
  const app = await startFakeServer(t);
  const { paths } = (await app.inject("/openapi.json")).json();
  const addresses = Object.entries(paths as Record<string, object>)
    .filter(([, methods]) => "get" in methods)
    .map(([path]) => path.replace("{id}", "bridge").replace("{format}", "ris"));
  for (const url of [...addresses, "/", "/docs", "/status", "/saved", "/openapi.json", "/metrics", "/robots.txt"]) {
    const [get, head] = await Promise.all([app.inject(url), app.inject({ method: "HEAD", url })]);
    assert.deepEqual([head.statusCode, head.body], [get.statusCode, ""], url);
    for (const name of ["content-type", "etag", "cache-control", "accept-ranges", "content-disposition"])
      assert.equal(head.headers[name], get.headers[name], `${url}: ${name}`);
  }
});

test("the head of an export reads no article, and its bytes cannot be asked for in parts", async (t) => {
  const backend = createFakeBackend();
  let articles = 0;
  const search: SearchService = {
    ...backend.search,
    article: async (id) => {
      articles++;
      return backend.search.article(id);
    },
  };
  const app = await startFakeServer(t, { backend: { ...backend, search } });
  const url = "/export.jsonl";
  const head = await app.inject({ method: "HEAD", url });
  assert.deepEqual([head.statusCode, head.headers["accept-ranges"], articles], [200, "none", 0]);
  const part = await app.inject({ url, headers: { range: "bytes=0-9" } });
  assert.deepEqual([part.statusCode, part.body.split("\n").length - 1], [200, ARTICLES.length]);
});

test("a real archive names its states: by what is put, removed and listed as synonyms", async () => {
  const folder = join(createTestFolder(), "archive");
  await using archive = await openArchive(folder);
  await archive.put(ARTICLES);
  await using server = await archive.serve({ port: 0 });
  const ask = async (etag = "") => {
    const reply = await fetch(`${server.url}/api/v1/search?q=大桥`, { headers: { "if-none-match": etag } });
    await reply.text();
    return [reply.status, reply.headers.get("etag") ?? ""] as const;
  };
  const [, first] = await ask();
  assert.deepEqual(await ask(first), [304, first]);
  await archive.put([{ id: "new", title: "大桥检修", body: "大桥今夜检修。" }]);
  const [status, second] = await ask(first);
  assert.deepEqual([status, second === first], [200, false]);
  await archive.remove("new");
  assert.equal((await ask(second))[0], 200);
  const [, third] = await ask();
  writeFileSync(join(folder, "synonyms.txt"), "大桥, 长虹\n");
  // The file is looked at once a second.
  const deadlineMs = Date.now() + 10_000;
  while ((await ask(third))[0] === 304) assert.ok(Date.now() < deadlineMs, "synonyms are not seen");
});
