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
