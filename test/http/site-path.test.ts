import assert from "node:assert/strict";
import { test } from "node:test";
import { createServer } from "../../src/compose/create-server.ts";
import { assetFolders } from "../../src/config/paths.ts";
import { AppError } from "../../src/errors.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { PAGES } from "../fakes/pages.ts";
import { startFakeServer } from "./server.ts";

const PUBLIC = "https://example.org/news/";

const LINKS = /(?:href|src|action)="([^"]*)"/g;

test("under a path no page links outside of it, whether the proxy passes the path on or strips it", async (t) => {
  const app = await startFakeServer(t, { publicUrl: PUBLIC, assetsFolder: assetFolders.web });
  let links = 0;
  for (const page of PAGES) {
    const ask = (url: string) => app.inject({ url, headers: { accept: "text/html" } });
    const [stripped, passed] = await Promise.all([ask(encodeURI(page)), ask(encodeURI(`/news${page}`))]);
    assert.equal(passed.statusCode, stripped.statusCode, page);
    for (const { body } of [stripped, passed]) {
      for (const [, link = ""] of body.matchAll(LINKS)) {
        links++;
        const isOutside = link.startsWith("/") && !link.startsWith("/news/");
        assert.ok(!isOutside, `${page} links to ${link}`);
      }
    }
  }
  assert.ok(links > 300, `the check sees the links: ${links}`);
});

test("what pages link to is there, under the path", async (t) => {
  const app = await startFakeServer(t, { publicUrl: PUBLIC, assetsFolder: assetFolders.web });
  const { body } = await app.inject({ url: "/news/?q=大桥", headers: { accept: "text/html" } });
  const links = new Set([...body.matchAll(LINKS)].map(([, link = ""]) => link.replaceAll("&amp;", "&")));
  for (const link of links) {
    if (!link.startsWith("/")) continue;
    assert.equal((await app.inject(link)).statusCode, 200, link);
  }
  assert.ok([...links].some((link) => link.startsWith("/news/assets/")));
});

test("files that are read elsewhere name the whole address", async (t) => {
  const app = await startFakeServer(t, { publicUrl: "https://example.org/news" });
  const feed = (await app.inject("/news/feed.atom?q=大桥")).body;
  assert.match(feed, /<id>https:\/\/example\.org\/news\/feed\.atom\?q=%E5%A4%A7%E6%A1%A5<\/id>/);
  assert.match(feed, /<id>https:\/\/example\.org\/news\/articles\/bridge<\/id>/);
  const description = (await app.inject("/opensearch.xml")).body;
  assert.match(description, /template="https:\/\/example\.org\/news\/\?q=\{searchTerms\}"/);
  assert.deepEqual((await app.inject("/openapi.json")).json().servers, [{ url: "https://example.org/news" }]);
});

test("the cookie of the language is kept to the path, and manifest and service worker lie in it", async (t) => {
  const app = await startFakeServer(t, { publicUrl: PUBLIC, assetsFolder: assetFolders.web });
  assert.match(String((await app.inject("/news/?lang=en")).headers["set-cookie"]), /Path=\/news\/;/);
  const manifest = (await app.inject("/news/manifest.webmanifest")).json();
  const resolve = (path: string): string => new URL(path, `${PUBLIC}manifest.webmanifest`).pathname;
  assert.equal(resolve(manifest.start_url), "/news/");
  assert.equal(resolve(manifest.icons[0].src), "/news/icon.svg");
  assert.equal((await app.inject("/news/service-worker.js")).statusCode, 200);
});

test("the path without its slash leads to the one with it", async (t) => {
  const app = await startFakeServer(t, { publicUrl: PUBLIC });
  const { statusCode, headers } = await app.inject("/news?q=a?b");
  assert.equal(statusCode, 308);
  assert.equal(headers.location, "/news/?q=a?b");
});

test("what is refused names addresses under the path", async (t) => {
  const app = await startFakeServer(t, { publicUrl: PUBLIC });
  assert.match((await app.inject("/news/nowhere")).json().message, /\/news\/nowhere\. See \/news\/docs/);
});

test("no link of an error page leads to another host, whatever the address", async (t) => {
  const app = await startFakeServer(t);
  const { body } = await app.inject({ url: "//evil.example/x?lang=en", headers: { accept: "text/html" } });
  for (const [, link = ""] of body.matchAll(LINKS)) assert.doesNotMatch(link, /^\/\//);
});

test("a path that the server uses itself is refused", async () => {
  const starting = createServer({
    backend: createFakeBackend(),
    resources: createResources(),
    version: "0.0.0-test",
    publicUrl: "https://example.org/articles/",
  });
  await assert.rejects(starting, (error) => error instanceof AppError && /begin with \/articles/.test(error.message));
});
