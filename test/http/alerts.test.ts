/** Followed searches through the API and on pages, over an archive in a folder. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openAlertDesk } from "../../src/compose/alert-desk.ts";
import { startAlertHost } from "../../src/compose/alert-host.ts";
import { openForWriting } from "../../src/compose/open-backend.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { startFakeServer } from "./server.ts";

const { tokensFile, secrets } = createTestTokens({ follower: ["alerts"], reader: ["search", "read"] });
const FORM = "application/x-www-form-urlencoded";

async function start(t: TestContext) {
  const folder = join(createTestFolder(), "archive");
  const resources = createResources();
  const encoder = { kind: "builtin" } as const;
  const backend = await openForWriting({ folder, encoder, resources, timezone: "Asia/Shanghai" });
  await backend.writer.put([{ id: "a", title: "台风登陆", body: "台风今晨登陆。", publishedAtMs: Date.now() }]);
  const host = startAlertHost({
    ...{ folder, smtp: undefined, mailFrom: undefined, fetchAllow: [], fetchContact: undefined, fetchTimeoutMs: 5000 },
    publicUrl: "https://archive.example/",
    backend: { folder, encoder, resources },
    works: false,
    onError: (error) => assert.fail(String(error)),
  });
  const app = await startFakeServer(t, { backend, alerts: openAlertDesk(() => host), tokensFile });
  t.after(async () => {
    await host[Symbol.asyncDispose]();
    await backend[Symbol.asyncDispose]();
    await resources[Symbol.asyncDispose]();
  });
  const ask = async (method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: object) => {
    const { statusCode, payload } = await app.inject({
      method,
      url: `/api/v1/alerts${path}`,
      headers: { authorization: `Bearer ${secrets.follower}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { payload: JSON.stringify(body) }),
    });
    return { status: statusCode, reply: JSON.parse(payload) };
  };
  return { app, ask, host };
}

const HOOK = {
  search: { query: "台风", source: ["甲报"] },
  channel: "webhook",
  address: "https://receiver.example/hook",
};

test("what a search may hold may be followed, and no more", async (t) => {
  const { ask } = await start(t);
  const preview = async (search: object) => (await ask("POST", "/preview", { search })).status;
  const names = (count: number) => Array.from({ length: count }, (_, n) => `报${n}`);
  const query = "风".repeat(10_000);
  assert.equal(await preview({ query, source: names(50), excludeSource: ["报".repeat(1000)] }), 200);
  assert.equal(await preview({ query: `${query}风` }), 400);
  assert.equal(await preview({ query: "", category: names(51) }), 400);
  assert.equal(await preview({ query: "", source: ["报".repeat(1001)] }), 400);
});

test("a program follows a search, sees it without its secret, pauses, resumes, replays and removes it", async (t) => {
  const { ask } = await start(t);
  assert.deepEqual(await ask("GET", ""), { status: 200, reply: { alerts: [] } });
  assert.equal((await ask("GET", "/1")).status, 404, "nothing is opened to say that there is none");

  const added = await ask("POST", "", { ...HOOK, name: "风", rhythm: "hourly", language: "zh-Hant" });
  assert.equal(added.status, 200, JSON.stringify(added.reply));
  assert.match(added.reply.signingSecret, /^whsec_\S{32}$/);
  assert.equal(added.reply.preview.total, 0);
  const { search, name, status, rhythm, timezone } = added.reply.alert;
  assert.deepEqual([search.query, search.sources, search.mode], ["台风", ["甲报"], "hybrid"]);
  assert.deepEqual([name, status, rhythm, timezone], ["风", "active", "hourly", "Asia/Shanghai"]);

  const second = await ask("POST", "", HOOK);
  const page = await ask("GET", "?limit=1");
  assert.deepEqual([page.reply.alerts.length, page.reply.alerts[0].id], [1, added.reply.alert.id]);
  const rest = await ask("GET", `?limit=1&cursor=${page.reply.nextCursor}`);
  assert.deepEqual([rest.reply.alerts[0].id, rest.reply.nextCursor], [second.reply.alert.id, undefined]);

  const shown = await ask("GET", "/1");
  assert.deepEqual([shown.status, shown.reply.deliveries], [200, []]);
  assert.doesNotMatch(JSON.stringify([shown.reply, (await ask("GET", "")).reply]), /whsec_|"key"/);
  assert.equal((await ask("PATCH", "/1", { status: "paused" })).reply.status, "paused");
  assert.equal((await ask("PATCH", "/1", { status: "active" })).reply.status, "active");
  assert.deepEqual((await ask("POST", "/1/replay", {})).reply, { messages: 0 });
  assert.equal((await ask("DELETE", "/1")).status, 200);
  assert.equal((await ask("DELETE", "/1")).status, 404);
});

test("a preview says how many articles of the last 30 days match, and what cannot be followed is refused", async (t) => {
  const { ask } = await start(t);
  const { reply } = await ask("POST", "/preview", { search: { query: "台风", mode: "keyword" } });
  assert.deepEqual(
    [reply.preview.total, reply.preview.days, reply.preview.examples],
    [1, 30, [{ id: "a", title: "台风登陆" }]],
  );
  for (const wrong of [
    { ...HOOK, address: "ftp://receiver.example/" },
    { ...HOOK, channel: "mail" },
    { ...HOOK, at: "24:00" },
    { ...HOOK, timezone: "Mars" },
    { ...HOOK, search: { query: "x", from: "2021-02-30" } },
    { ...HOOK, search: { query: "x".repeat(10_001) } },
  ])
    assert.equal((await ask("POST", "", wrong)).status, 400, JSON.stringify(wrong).slice(0, 200));
  assert.deepEqual((await ask("GET", "")).reply, { alerts: [] });
});

test("a person follows a search by a form without script, and sees the secret once", async (t) => {
  const { app, ask } = await start(t);
  const headers = { authorization: `Bearer ${secrets.follower}`, "accept-language": "en" };
  const link = /<a href="\/follow\?q=%E5%8F%B0%E9%A3%8E&amp;mode=keyword">Email or webhook<\/a>/;
  const url = "/?q=%E5%8F%B0%E9%A3%8E&mode=keyword&sort=oldest&limit=5";
  assert.match((await app.inject({ url, headers })).body, link);
  const none = await app.inject({ url: "/?q=%E9%A3%93%E9%A3%8E&mode=keyword", headers });
  assert.match(
    none.body,
    /Be told when an article matches: <a href="\/feed\.atom\?q=%E9%A3%93%E9%A3%8E&amp;mode=keyword">/,
  );
  assert.match(
    none.body,
    /<a href="\/follow\?q=%E9%A3%93%E9%A3%8E&amp;mode=keyword">/,
    "what nobody has written of yet",
  );
  const deaf = await startFakeServer(t, { tokensFile });
  assert.doesNotMatch((await deaf.inject({ url, headers })).body, /\/follow/, "no link where no alert can be made");
  const page = await app.inject({ url: "/follow?q=%E5%8F%B0%E9%A3%8E&source=x", headers });
  assert.match(page.body, /<form action="\/follow\?q=%E5%8F%B0%E9%A3%8E&amp;source=x" method="post">/);
  assert.match(page.body, /0 articles in the last 30 days match/);
  const send = (payload: string) =>
    app.inject({
      method: "POST",
      url: "/follow?q=%E5%8F%B0%E9%A3%8E",
      headers: { ...headers, "content-type": FORM },
      payload,
    });
  const wrong = await send("channel=mail&address=nobody&rhythm=daily&at=07%3A30&timezone=Asia%2FTaipei");
  assert.deepEqual([wrong.statusCode, /role="alert" lang="en">[^<]*nobody/.test(wrong.body)], [400, true]);
  assert.match(wrong.body, /value="nobody"/);
  const done = await send(
    "channel=webhook&address=https%3A%2F%2Freceiver.example%2F&rhythm=daily&at=07%3A30&timezone=Asia%2FTaipei",
  );
  assert.deepEqual([done.statusCode, done.headers["cache-control"]], [200, "private, no-store"]);
  assert.match(done.body, /<code>whsec_\S{32}<\/code>/);
  const [alert] = (await ask("GET", "")).reply.alerts;
  assert.deepEqual(
    [alert.search.query, alert.at, alert.timezone, alert.language],
    ["台风", "07:30", "Asia/Taipei", "en"],
  );
});

test("the link of a mail ends it by one click of a mail program, and by a button of a person, and not by being opened", async (t) => {
  const { app, ask, host } = await start(t);
  for (const address of ["one@example.org", "two@example.org"])
    assert.equal((await ask("POST", "", { ...HOOK, channel: "mail", address })).status, 200);
  const { alerts, pages } = await host.open();
  // As a mail has it.
  const [first, second] = [1, 2].map((id) => {
    const url = new URL(pages.toUnsubscribe(alerts.secretsOf(id)?.key ?? "") ?? "none:");
    assert.equal(url.origin, "https://archive.example");
    return url.pathname;
  });
  const statuses = () => alerts.list().map(({ status }) => status);

  const page = await app.inject({ url: first ?? "", headers: { "accept-language": "en" } });
  assert.match(page.body, /Stop sending emails about “台风” to one@example\.org\?/);
  assert.deepEqual(statuses(), ["active", "active"]);
  const oneClick = {
    method: "POST",
    headers: { "content-type": FORM },
    payload: "List-Unsubscribe=One-Click",
  } as const;
  assert.equal((await app.inject({ ...oneClick, url: first ?? "" })).statusCode, 200);
  assert.deepEqual(statuses(), ["stopped", "active"]);
  const multipart = { "content-type": "multipart/form-data; boundary=x" };
  await app.inject({ ...oneClick, url: second ?? "", headers: multipart, payload: "--x--" });
  assert.deepEqual(statuses(), ["stopped", "stopped"]);
  const stranger = await app.inject({ ...oneClick, url: "/unsubscribe/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" });
  assert.deepEqual([stranger.statusCode, stranger.body.includes("@example.org")], [200, false]);
});

test("every request about followed searches that the page of the API shows is answered as it stands", async (t) => {
  const { app, ask } = await start(t);
  const { body } = await app.inject({ url: "/docs", headers: { authorization: `Bearer ${secrets.follower}` } });
  const shown = [...body.matchAll(/data-kind="curl"><code>([^<]*\/api\/v1\/alerts[^<]*)/g)].map(
    ([, code = ""]) => code,
  );
  assert.equal(shown.length, 7);
  // What removes the alert comes last; the others want that there is one.
  const isRemoval = (code: string): number => Number(code.includes("-X DELETE"));
  assert.equal((await ask("POST", "", HOOK)).status, 200);
  for (const code of shown.toSorted((a, b) => isRemoval(a) - isRemoval(b))) {
    const [, path = ""] = /\/api\/v1\/alerts([^&]*)/.exec(code) ?? [];
    const [, method = "GET"] = / -X (\w+)/.exec(code) ?? [];
    const [, sent] = / -d &#39;(.*)&#39;/.exec(code) ?? [];
    const parsed: object | undefined = sent === undefined ? undefined : JSON.parse(sent.replaceAll("&quot;", '"'));
    const { status, reply } = await ask(method as "GET", path, parsed);
    assert.equal(status, 200, `${code} ${JSON.stringify(reply)}`);
  }
});
