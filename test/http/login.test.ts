/** People log in with a token, come back to where they were, and are known until the token or the session ends. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { changeTokens } from "../../src/access/token-file.ts";
import type { ServerOptions } from "../../src/compose/create-server.ts";
import type { App } from "../../src/http/app.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { MemoryWriter } from "../fakes/writer.ts";
import { startFakeServer } from "./server.ts";

const PERSON = { accept: "text/html", "accept-language": "en" };
const OWN_FORM = { "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" };

const start = (t: TestContext, options: Partial<ServerOptions> = {}): Promise<App> =>
  startFakeServer(t, {
    access: "token",
    backend: createFakeBackend(undefined, async () => new MemoryWriter()),
    ...options,
  });

const sendToken = (app: App, token: string, url = "/login", headers: Readonly<Record<string, string>> = OWN_FORM) =>
  app.inject({
    method: "POST",
    url,
    headers: { ...PERSON, ...headers },
    payload: new URLSearchParams({ token }).toString(),
  });

/** The cookie that a reply sets, as a browser sends it back. */
function cookieOf(reply: Awaited<ReturnType<typeof sendToken>>): string {
  const { name, value } = reply.cookies.find(({ name }) => name === "wenxun-session") ?? assert.fail("no cookie");
  return `${name}=${encodeURIComponent(value)}`;
}

test("who logs in comes back to where they wanted to go, with a cookie that no script reads", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ editor: ["search", "read"] });
  const app = await start(t, { tokensFile });
  const wanted = "/?q=%E5%A4%A7%E6%A1%A5&source=a%26b";
  const sent = await app.inject({ url: wanted, headers: PERSON });
  assert.equal(sent.statusCode, 303);
  const login = `${sent.headers.location}`;
  const form = await app.inject({ url: login, headers: PERSON });
  assert.match(form.body, /<form action="\/login\?to=[^"]+" method="post">/);
  const reply = await sendToken(app, ` ${secrets.editor}\n`, login);
  assert.equal(reply.statusCode, 303);
  assert.equal(reply.headers.location, wanted);
  assert.match(`${reply.headers["set-cookie"]}`, /Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
  const page = await app.inject({ url: wanted, headers: { ...PERSON, cookie: cookieOf(reply) } });
  assert.equal(page.statusCode, 200);
  assert.equal(page.headers["cache-control"], "private, no-store");
  assert.match(page.body, /href="\/logout">Sign out</);
  assert.doesNotMatch(page.body, new RegExp(secrets.editor));
});

test("whoever is logged in is led to nothing that their token does not allow, and told what to do where they are refused", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ reader: ["search", "read"], chief: ["admin"] });
  const app = await start(t, { tokensFile });
  const read = async (secret: string, url: string) => {
    const cookie = cookieOf(await sendToken(app, secret));
    return app.inject({ url, headers: { ...PERSON, cookie } });
  };
  assert.doesNotMatch((await read(secrets.reader, "/?q=a")).body, /href="\/status"/);
  assert.match((await read(secrets.chief, "/?q=a")).body, /href="\/status"/);
  const refused = await read(secrets.reader, "/status");
  assert.equal(refused.statusCode, 403);
  assert.match(refused.body, /<p>Please sign in with a token that allows it, or ask whoever runs this archive\.<\/p>/);
});

test("behind TLS the cookie is sent over TLS alone, and under a path it stays below the path", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ editor: ["search"] });
  const app = await start(t, { tokensFile, publicUrl: "https://example.org/news/" });
  const sent = await app.inject({ url: "/?q=a", headers: PERSON });
  assert.equal(sent.headers.location, "/news/login?to=%3Fq%3Da");
  const reply = await sendToken(app, secrets.editor, "/news/login?to=%3Fq%3Da");
  assert.equal(reply.headers.location, "/news/?q=a");
  assert.match(`${reply.headers["set-cookie"]}`, /Path=\/news\/; HttpOnly; Secure; SameSite=Lax$/);
  const proxied = await start(t, { tokensFile, trustedProxies: ["127.0.0.1"] });
  const overTls = { ...OWN_FORM, "x-forwarded-proto": "https" };
  const trusted = await sendToken(proxied, secrets.editor, "/login", overTls);
  assert.match(`${trusted.headers["set-cookie"]}`, /Secure/);
});

test("logging in leads to no other site", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ editor: ["search"] });
  const app = await start(t, { tokensFile });
  const tricks = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/%2e//evil.example",
    "//user@evil.example",
    "javascript:alert(1)",
    "///evil.example",
    "/\n/evil.example",
    " //evil.example",
    `/?q=${"x".repeat(3000)}`,
  ];
  for (const to of tricks) {
    const { headers } = await sendToken(app, secrets.editor, `/login?${new URLSearchParams({ to })}`);
    const where = new URL(`${headers.location}`, "http://site.example/");
    assert.equal(where.origin, "http://site.example", JSON.stringify(to));
    assert.match(`${headers.location}`, /^\/(?![/\\])/, JSON.stringify(to));
  }
});

test("a wrong token is told, and after five of them each costs a wait", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ editor: ["search"] });
  const app = await start(t, { tokensFile });
  for (let failure = 0; failure < 5; failure++) {
    const reply = await sendToken(app, "wx_wrong");
    assert.equal(reply.statusCode, 401);
    assert.match(reply.body, /This token is not valid/);
    assert.equal(reply.cookies.length, 0);
  }
  const slowed = await sendToken(app, secrets.editor);
  assert.equal(slowed.statusCode, 429);
  assert.ok(Number(slowed.headers["retry-after"]) >= 1);
  const elsewhere = await app.inject({
    method: "POST",
    url: "/login",
    remoteAddress: "203.0.113.7",
    headers: OWN_FORM,
    payload: `token=${secrets.editor}`,
  });
  assert.equal(elsewhere.statusCode, 303, "others go on");
});

test("a cookie that was made up, changed, or belongs to another token opens nothing", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ editor: ["search"], chief: ["admin"] });
  const app = await start(t, { tokensFile });
  const cookie = cookieOf(await sendToken(app, secrets.editor));
  const [, value = ""] = /=(.*)/.exec(decodeURIComponent(cookie)) ?? [];
  const [token = "", id = "", endS = "", signature = ""] = value.split(".");
  const search = async (forged: string): Promise<number> => {
    const headers = { cookie: `wenxun-session=${encodeURIComponent(forged)}` };
    return (await app.inject({ url: "/api/search", headers })).statusCode;
  };
  assert.equal(await search(value), 200);
  for (const forged of [
    "",
    "x",
    `test-1.${id}.${endS}.${signature}`,
    `${token}.${id}.${Number(endS) + 1}.${signature}`,
    `${token}.${id.replace(/^./, (first) => (first === "A" ? "B" : "A"))}.${endS}.${signature}`,
    `${token}.${id}.${endS}.`,
    `${token}.${id}.${endS}`,
    `${token}.${id}.${endS}.${signature}x`,
    `${value}.${signature}`,
    `setting.${id}.${endS}.${signature}`,
  ]) {
    assert.equal(await search(forged), 401, forged);
  }
});

test("a session ends with its token: revoked, expired, replaced by another of its name, or signed with another key", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ editor: ["search"], other: ["search"] });
  const app = await start(t, { tokensFile });
  const ask = async (cookie: string) => (await app.inject({ url: "/api/search", headers: { cookie } })).statusCode;
  const [editor, other] = [
    cookieOf(await sendToken(app, secrets.editor)),
    cookieOf(await sendToken(app, secrets.other)),
  ];
  assert.deepEqual([await ask(editor), await ask(other)], [200, 200]);
  changeTokens(tokensFile, (before) => before.filter(({ name }) => name !== "editor"));
  assert.deepEqual([await ask(editor), await ask(other)], [401, 200], "at once");
  changeTokens(tokensFile, (before) => before.map((entry) => ({ ...entry, expires: "2020-01-01T00:00:00.000Z" })));
  assert.equal(await ask(other), 401, "expired");
  changeTokens(tokensFile, (before) =>
    before.map(({ expires: _, ...entry }) => ({
      ...entry,
      hash: entry.hash.replace(/^./, (a) => (a === "0" ? "1" : "0")),
    })),
  );
  assert.equal(await ask(other), 401, "another token under the same name and id");
  rmSync(tokensFile);
  assert.equal(await ask(other), 401, "no tokens at all");
});

test("while the file of tokens cannot be read, nobody is let in and the reason is not told to strangers", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ editor: ["search"] });
  const app = await start(t, { tokensFile });
  const headers = { authorization: `Bearer ${secrets.editor}` };
  writeFileSync(tokensFile, "{ broken");
  const reply = await app.inject({ url: "/api/search", headers });
  assert.equal(reply.statusCode, 503);
  assert.doesNotMatch(reply.body, /tokens\.json/);
  assert.equal((await app.inject({ url: "/livez", headers })).statusCode, 200);
});

test("who logs out is out everywhere that cookie went, also after a restart", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ editor: ["search"] });
  const app = await start(t, { tokensFile });
  const cookie = cookieOf(await sendToken(app, secrets.editor));
  const asked = await app.inject({ url: "/logout", headers: { ...PERSON, cookie } });
  assert.match(asked.body, /signed in as “editor”/);
  const foreign = await app.inject({
    method: "POST",
    url: "/logout",
    headers: { cookie, origin: "https://evil.example" },
  });
  assert.equal(foreign.statusCode, 403);
  const left = await app.inject({ method: "POST", url: "/logout", headers: { ...PERSON, ...OWN_FORM, cookie } });
  assert.match(left.body, /data-forget/);
  assert.match(`${left.headers["set-cookie"]}`, /wenxun-session=; .*Expires=Thu, 01 Jan 1970/);
  const again = await start(t, { tokensFile });
  for (const server of [app, again]) {
    assert.equal((await server.inject({ url: "/api/search", headers: { cookie } })).statusCode, 401);
  }
});

test("a page of another site can neither write with its reader's cookie nor log them in", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ chief: ["admin"] });
  const app = await start(t, { tokensFile });
  const cookie = cookieOf(await sendToken(app, secrets.chief));
  const put = async (headers: Readonly<Record<string, string>>): Promise<number> => {
    const sent = { "content-type": "application/json", ...headers };
    const payload = '{"id":"a","title":"t"}';
    return (await app.inject({ method: "POST", url: "/api/articles", headers: sent, payload })).statusCode;
  };
  const host = "news.example:8600";
  assert.equal(await put({ cookie, "sec-fetch-site": "same-origin" }), 200);
  assert.equal(await put({ cookie, host, origin: `http://${host}` }), 200);
  for (const foreign of [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site", host, origin: `http://${host}` },
    { host, origin: "http://evil.example" },
    { host, origin: "null" },
    { host, origin: "https://news.example:8600.evil.example" },
    {},
  ]) {
    assert.equal(await put({ cookie, ...foreign }), 403, JSON.stringify(foreign));
  }
  const basic = { authorization: `Basic ${Buffer.from(`x:${secrets.chief}`).toString("base64")}` };
  assert.equal(await put({ ...basic, origin: "http://evil.example" }), 403);
  assert.equal(await put({ authorization: `Bearer ${secrets.chief}`, origin: "http://evil.example" }), 200);
  const planted = await sendToken(app, secrets.chief, "/login", { ...OWN_FORM, "sec-fetch-site": "cross-site" });
  assert.equal(planted.statusCode, 403);
  assert.equal(planted.cookies.length, 0);
});

test("a feed reader gives the token as its password, and is asked for one", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ feeds: ["search"] });
  const app = await start(t, { tokensFile });
  const asked = await app.inject({
    url: "/feed.atom?q=大桥",
    headers: { accept: "text/html, application/atom+xml, */*" },
  });
  assert.equal(asked.statusCode, 401);
  assert.deepEqual(asked.headers["www-authenticate"], ['Basic realm="wenxun", charset="UTF-8"', "Bearer"]);
  for (const user of ["", "reader", "冒号"]) {
    const authorization = `Basic ${Buffer.from(`${user}:${secrets.feeds}`).toString("base64")}`;
    const feed = await app.inject({ url: "/feed.atom", headers: { authorization } });
    assert.equal(feed.statusCode, 200, user);
    assert.doesNotMatch(feed.body, new RegExp(secrets.feeds));
  }
  const search = await app.inject({ url: "/api/search" });
  assert.equal(search.headers["www-authenticate"], "Bearer", "a browser asks for no password for what a page loads");
});

test("a token in an address opens nothing, so that none gets into logs and histories", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ chief: ["admin"] });
  const app = await start(t, { tokensFile });
  for (const name of ["token", "access_token", "api_key"]) {
    assert.equal((await app.inject(`/api/search?${name}=${secrets.chief}`)).statusCode, 401, name);
  }
});

test("the server's own figures may be kept from everybody where reading is open", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ watch: ["status"] });
  const app = await start(t, { access: "open", openScopes: ["search", "read"], tokensFile });
  assert.equal((await app.inject("/api/search")).statusCode, 200);
  for (const url of ["/metrics", "/api/status", "/api/v1/status"]) {
    assert.equal((await app.inject(url)).statusCode, 401, url);
    assert.equal(
      (await app.inject({ url, headers: { authorization: `Bearer ${secrets.watch}` } })).statusCode,
      200,
      url,
    );
  }
  const page = await app.inject({ url: "/status", headers: PERSON });
  assert.equal(page.headers.location, "/login?to=status");
});

test("a proxy's user who is named twice, or by nothing that is a name, is nobody", async (t) => {
  const app = await start(t, { access: "proxy", trustedProxies: ["127.0.0.1"], userHeader: "Remote-User" });
  const ask = async (user: string | string[]) =>
    (await app.inject({ url: "/api/search", headers: { "remote-user": user } as Record<string, string> })).statusCode;
  assert.equal(await ask("wang"), 200);
  for (const user of ["", " ", "a\tb", "x".repeat(201)]) assert.equal(await ask(user), 401, JSON.stringify(user));
});

test("a client's own word for where it comes from is not taken; a trusted proxy's is, from the right", async (t) => {
  const { tokensFile } = createTestTokens({ chief: ["admin"] });
  const app = await start(t, { tokensFile, trustedProxies: ["10.0.0.0/8"] });
  const fail = (forwarded: string, remoteAddress: string) =>
    app.inject({
      method: "POST",
      url: "/login",
      remoteAddress,
      headers: { ...OWN_FORM, "x-forwarded-for": forwarded },
      payload: "token=x",
    });
  for (let failure = 0; failure < 5; failure++) await fail(`198.51.100.${failure}`, "203.0.113.9");
  assert.equal((await fail("198.51.100.77", "203.0.113.9")).statusCode, 429, "it is one client, whatever it claims");
  for (let failure = 0; failure < 5; failure++) await fail(`198.51.100.${failure}, 192.0.2.1, 10.0.0.2`, "10.0.0.1");
  assert.equal((await fail("192.0.2.2", "10.0.0.1")).statusCode, 401, "another client of the proxy");
  assert.equal((await fail("6.6.6.6, 192.0.2.1", "10.0.0.1")).statusCode, 429, "the one that the proxy saw");
});
