/** What is done through a server is noted: who, from where, what; and what readers search for only where that is asked for. */
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readAuditLines, verifyAudit } from "../../src/audit/verify-audit.ts";
import type { ServerOptions } from "../../src/compose/create-server.ts";
import { AppError } from "../../src/errors.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { MemoryWriter } from "../fakes/writer.ts";
import { startFakeServer } from "./server.ts";

const { tokensFile, secrets } = createTestTokens({ crawler: ["ingest"], chief: ["admin"] });

async function start(t: TestContext, options: Partial<ServerOptions> = {}) {
  const auditFolder = join(createTestFolder(), "audit");
  const writer = new MemoryWriter();
  const backend = createFakeBackend(undefined, async () => writer.reborrow());
  const app = await startFakeServer(t, { backend, tokensFile, auditFolder, ...options });
  const noted = () =>
    [...readAuditLines(auditFolder)].map(({ line }) => {
      const { request, ...entry } = line?.entry ?? assert.fail("no line");
      return entry;
    });
  return { app, auditFolder, noted, writer };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ARTICLE = { "content-type": "application/json" };

test("who adds, removes and exports is noted by name and address, and what failed too", async (t) => {
  const { app, noted, auditFolder, writer } = await start(t);
  const remoteAddress = "192.0.2.9";
  const put = (token: string) =>
    app.inject({
      method: "POST",
      url: "/api/articles",
      remoteAddress,
      headers: { ...bearer(token), ...ARTICLE },
      payload: '[{"id":"a","title":"t"},{"id":"b","title":"t"}]',
    });
  assert.equal((await put(secrets.crawler)).statusCode, 200);
  writer.onPut = async () => {
    throw new AppError("disk-full", "no room");
  };
  await put(secrets.crawler);
  await app.inject({ method: "DELETE", url: "/api/articles/a", remoteAddress, headers: bearer(secrets.chief) });
  await app.inject({ url: "/export.csv?q=大桥", remoteAddress });
  const from = remoteAddress;
  const put2 = { who: "crawler", from, articles: 2, ids: ["a", "b"] };
  const [first, second, failed, ...rest] = noted();
  assert.deepEqual(
    [first, second],
    [
      { what: "put", ...put2 },
      { what: "put", ...put2 },
    ],
  );
  assert.deepEqual(failed, { what: "put failed", ...put2, code: "disk-full" });
  assert.deepEqual(rest[0], { what: "delete", who: "chief", from, ids: ["a"] });
  assert.deepEqual(rest.at(-1), { what: "export", who: "anonymous", from, format: "csv", articles: 2 });
  assert.deepEqual(verifyAudit(auditFolder).problems, []);
});

test("who logs in, fails to, logs out, or tries a token that is none is noted, without what they tried", async (t) => {
  const { app, noted, auditFolder } = await start(t, { access: "token" });
  const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const send = (token: string) =>
    app.inject({ method: "POST", url: "/login", headers: form, payload: new URLSearchParams({ token }).toString() });
  await send("wx_something-mistyped");
  const { cookies } = await send(secrets.chief);
  const cookie = cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("; ");
  await app.inject({ method: "POST", url: "/logout", headers: { ...form, cookie } });
  await app.inject({ url: "/api/search", headers: bearer("wx_something-revoked") });
  const from = "127.0.0.1";
  assert.deepEqual(noted(), [
    { what: "sign-in failed", who: "anonymous", from },
    { what: "sign in", who: "chief", from },
    { what: "sign out", who: "chief", from },
    { what: "wrong token", who: "anonymous", from },
  ]);
  const text = JSON.stringify([...readAuditLines(auditFolder)]);
  for (const secret of [secrets.chief, "mistyped", "revoked"]) assert.ok(!text.includes(secret), secret);
});

test("what readers search for is noted only where that is asked for", async (t) => {
  for (const auditsSearches of [false, true]) {
    const { app, noted } = await start(t, { auditsSearches });
    await app.inject("/api/search?q=%E5%A4%A7%E6%A1%A5");
    await app.inject("/articles/bridge");
    await app.inject("/api/status");
    await app.close();
    const addresses = noted().map(({ what, address }) => [what, address]);
    const wanted = [
      ["read", "/api/search?q=%E5%A4%A7%E6%A1%A5"],
      ["read", "/articles/bridge"],
    ];
    assert.deepEqual(addresses, auditsSearches ? wanted : []);
  }
});

test("what cannot be noted is not changed, while reading goes on", async (t) => {
  const { app, auditFolder, writer } = await start(t);
  let puts = 0;
  writer.onPut = async () => {
    puts++;
  };
  const put = () =>
    app.inject({
      method: "POST",
      url: "/api/articles",
      headers: { ...bearer(secrets.crawler), ...ARTICLE },
      payload: '{"id":"a","title":"t"}',
    });
  writeFileSync(auditFolder, "no folder");
  const refused = await put();
  assert.deepEqual([refused.statusCode, refused.json().code, puts], [503, "unavailable", 0]);
  assert.doesNotMatch(refused.body, new RegExp(auditFolder));
  assert.equal((await app.inject("/export.csv?q=大桥")).statusCode, 200);
  assert.equal((await app.inject({ url: "/api/search", headers: bearer("wrong") })).statusCode, 200);
  rmSync(auditFolder);
  mkdirSync(auditFolder);
  assert.deepEqual([(await put()).statusCode, puts], [200, 1]);
});
