import assert from "node:assert/strict";
import { test } from "node:test";
import { assetFolders } from "../../src/config/paths.ts";
import { toSecurityText } from "../../src/site/routes/well-known.ts";
import { startFakeServer } from "./server.ts";

const CONTACT = "mailto:security@example.org";

test("robots.txt keeps crawlers to articles and the first page, under the path of the site", async (t) => {
  const open = await startFakeServer(t);
  assert.match((await open.inject("/robots.txt")).body, /^User-agent: \*\nDisallow: \/api\/\n/);
  const under = await startFakeServer(t, { publicUrl: "https://example.org/news/" });
  const { body } = await under.inject("/robots.txt");
  const rules = [...body.matchAll(/^Disallow: (.*)$/gm)].map(([, rule = ""]) => rule);
  const isCrawled = (path: string): boolean =>
    !rules.some((rule) => new RegExp(`^${rule.replace(/[.?]/g, "\\$&").replaceAll("*", ".*")}`).test(path));
  for (const path of ["/news/", "/news/articles/bridge", "/other/api/"]) assert.ok(isCrawled(path), path);
  for (const path of [
    "/news/?q=a",
    "/news/articles/a/why?q=b",
    "/news/articles/a?q=b",
    "/news/feed.atom",
    "/news/api/v1/search",
  ])
    assert.ok(!isCrawled(path), path);
});

test("security.txt has what RFC 9116 wants of it", async (t) => {
  const app = await startFakeServer(t, { publicUrl: "https://example.org/news/", securityContact: CONTACT });
  const { headers, body } = await app.inject("/.well-known/security.txt");
  assert.equal(headers["content-type"], "text/plain; charset=utf-8");
  const fields = new Map(
    body
      .trim()
      .split("\n")
      .map((line) => line.split(": ", 2) as [string, string]),
  );
  assert.equal(fields.get("Contact"), CONTACT);
  assert.equal(fields.get("Canonical"), "https://example.org/news/.well-known/security.txt");
  const days = (Date.parse(fields.get("Expires") ?? "") - Date.now()) / 86_400_000;
  assert.ok(days > 30 && days < 365, `less than a year ahead: ${days} days`);
  const text = toSecurityText(CONTACT, "https://a.example/", new Date("2026-11-29T23:59:00Z"));
  assert.match(text, /^Expires: 2027-02-27T00:00:00Z$/m);
});

test("without a contact there is no security.txt", async (t) => {
  const app = await startFakeServer(t);
  assert.equal((await app.inject("/.well-known/security.txt")).statusCode, 404);
});

test("programs that know no other icon find favicon.ico", async (t) => {
  const app = await startFakeServer(t, { assetsFolder: assetFolders.web });
  const { headers, rawPayload } = await app.inject("/favicon.ico");
  assert.equal(headers["content-type"], "image/vnd.microsoft.icon");
  assert.deepEqual([...rawPayload.subarray(0, 8)], [0, 0, 1, 0, 1, 0, 32, 32]);
  assert.equal(rawPayload.toString("latin1", 23, 26), "PNG");
});

test("pages say where they are at home, once the public address is known, without what led there", async (t) => {
  const app = await startFakeServer(t, { publicUrl: "https://example.org/news/" });
  const canonical = async (url: string): Promise<string | undefined> =>
    /<link rel="canonical" href="([^"]*)">/.exec(
      (await app.inject({ url, headers: { accept: "text/html" } })).body,
    )?.[1];
  assert.equal(await canonical("/articles/bridge?q=桥&lang=en"), "https://example.org/news/articles/bridge");
  assert.equal(await canonical("/?q=a&mode=hybrid&lang=en"), "https://example.org/news/?q=a");
  const open = await startFakeServer(t);
  assert.doesNotMatch((await open.inject("/")).body, /rel="canonical"/);
});

test("the site is called in each language by its name there, also where it is installed or added to a browser", async (t) => {
  const app = await startFakeServer(t);
  for (const [language, name] of [
    ["zh-Hans", "闻寻"],
    ["zh-Hant", "聞尋"],
    ["en", "wenxun"],
  ]) {
    const { body } = await app.inject({ url: `/?lang=${language}`, headers: { accept: "text/html" } });
    const [, search = ""] =
      /type="application\/opensearchdescription\+xml" title="[^"]*" href="([^"]+)"/.exec(body) ?? [];
    const [, manifest = ""] = /<link rel="manifest" href="([^"]+)"/.exec(body) ?? [];
    // Browsers fetch both without the reader's cookies and wishes.
    const description = await app.inject(search);
    assert.match(description.body, new RegExp(`<ShortName>${name}</ShortName>`));
    const installed = (await app.inject(manifest)).json();
    assert.deepEqual([installed.name, installed.short_name, installed.lang], [name, name, language]);
    assert.equal(description.headers["set-cookie"], undefined, "a file changes nobody's language");
  }
});

test("a link that is handed on shows what it leads to, with a picture once the public address is known", async (t) => {
  const app = await startFakeServer(t, { publicUrl: "https://example.org/news/", assetsFolder: assetFolders.web });
  const headers = { accept: "text/html" };
  const search = (await app.inject({ url: "/news/?q=大桥", headers })).body;
  assert.match(search, /<meta property="og:title" content="大桥">/);
  assert.match(search, /<meta property="og:image" content="https:\/\/example\.org\/news\/card\.png">/);
  const article = (await app.inject({ url: "/news/articles/bridge", headers })).body;
  assert.equal(article.match(/property="og:title"/g)?.length, 1);
  const card = await app.inject("/news/card.png");
  assert.equal(card.headers["content-type"], "image/png");
  assert.deepEqual([card.rawPayload.readUInt32BE(16), card.rawPayload.readUInt32BE(20)], [1200, 630]);
  assert.ok(card.rawPayload.length < 60_000, `${card.rawPayload.length} bytes`);
  const unknown = await startFakeServer(t);
  assert.doesNotMatch(
    (await unknown.inject({ url: "/", headers })).body,
    /og:image/,
    "the request's own host is no address to hand on",
  );
});
