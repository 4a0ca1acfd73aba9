/** What a program passes wrongly is refused with an error that names it, and leaves the archive as it was. */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  AppError,
  type Archive,
  type Article,
  definePage,
  type ErrorCode,
  ImportError,
  openArchive,
  startServer,
} from "../../src/index.ts";
import { createTestFolder } from "../fakes/cli.ts";

const ARTICLES: readonly Article[] = [{ id: "1", title: "石桥修好了", body: "老石桥今天放行。" }];

let archive: Archive;
before(async () => {
  archive = await openArchive(join(createTestFolder(), "archive"));
  await archive.put(ARTICLES);
});
after(() => archive.close());

async function assertRefused(call: () => Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(
    call,
    (error) => {
      assert.ok(error instanceof AppError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    },
    String(message),
  );
}

/** A value as a program without types passes it. */
// biome-ignore lint/suspicious/noExplicitAny: that is what such a program has
const untyped = (value: unknown): any => value;

test("an article that an archive cannot hold is refused, and those beside it are not stored", async () => {
  const wrong = { ...ARTICLES[0], id: "2", publishedAtMs: Number.NaN };
  const put = () => archive.put([{ ...ARTICLES[0], id: "new" } as Article, wrong as Article]);
  await assertRefused(put, "bad-input", /^articles\[1\]\.publishedAtMs is NaN: wanted /);
  await assertRefused(() => archive.put(untyped(ARTICLES[0])), "bad-input", /^articles is an object: wanted an array/);
  assert.deepEqual(
    (await archive.search("")).hits.map(({ id }) => id),
    ["1"],
  );
});

test("what is asked of an archive is checked by name", async () => {
  for (const [call, message] of [
    [() => archive.search(untyped({ q: "桥" })), /^q is unknown: there are query, /],
    [() => archive.search(untyped({ sources: "晨报" })), /^sources is "晨报": wanted an array of texts/],
    [() => archive.explain("1", untyped(5)), /^query is 5/],
    [() => archive.count("桥", untyped("hour")), /^interval is "hour": wanted one of day, week, month, year/],
    [() => archive.article(untyped(5)), /^id is 5/],
    [() => archive.similar("1", untyped("x")), /^limit is "x": wanted a whole number from 1 to 100/],
    [() => archive.similar(untyped(undefined)), /^id is missing/],
    [() => archive.remove(untyped([5])), /^ids is \[5\]: wanted the id of an article, or an array of ids/],
  ] as const)
    await assertRefused(call, "invalid-request", message);
});

test("a page's reading of the archive is checked in the same way", async () => {
  const page = definePage("/own", async ({ archive, query, html }) => {
    if (query.by === "id") return html`${(await archive.article(untyped(5)))?.title}`;
    const asked =
      query.by === "limit" ? await archive.similar("1", 0) : (await archive.search(untyped({ q: "桥" }))).hits;
    return html`${asked?.length}`;
  });
  await using server = await startServer(archive, { port: 0, pages: [page] });
  for (const [by, message] of [
    ["id", "id is 5"],
    ["limit", "limit is 0"],
    ["query", "q is unknown"],
  ] as const) {
    const reply = await fetch(`${server.url}/own?by=${by}`, { headers: { accept: "application/json" } });
    const text = await reply.text();
    assert.equal(reply.status, 400, text);
    assert.ok(text.includes(message), text);
  }
});

test("options are checked by name before anything is made", async () => {
  const folder = join(createTestFolder(), "never");
  for (const [call, message] of [
    [() => openArchive(folder, { timezone: "Mars/Base" }), /^timezone is "Mars\/Base": wanted an IANA time zone/],
    [() => openArchive(folder, untyped({ timeZone: "UTC" })), /^timeZone is unknown: .*Did you mean timezone\?$/],
    [() => openArchive(folder, { rerankDepth: 1 }), /^rerankDepth is 1: wanted a whole number from 2 to 100/],
    [() => openArchive(untyped(5)), /^folder is 5/],
    [() => archive.compact(untyped({ rewrites: true })), /^rewrites is unknown/],
    [() => archive.remove("1", untyped({ by: 5 })), /^by is 5/],
    [() => archive.import(untyped(5)), /^files is 5: wanted the path of a file/],
    [() => archive.import("x.csv", untyped({ format: "xml" })), /^format is "xml": wanted one of jsonl, /],
    [() => archive.import("x.csv", { encoding: "klingon" }), /There is no encoding "klingon"/],
    [() => archive.import("x.csv", untyped({ mapping: { published: "day" } })), /^mapping\.published is unknown/],
    [() => archive.import("x.csv", untyped({ mapping: { fields: { title: 5 } } })), /^mapping\.fields\.title is 5/],
  ] as const)
    await assertRefused(call, "usage", message);
  assert.ok(!existsSync(folder));
  assert.throws(() => archive.export(untyped({ signal: 5 })), /^AppError: signal is 5: wanted an AbortSignal/);
});

test("a server that would not do as its options say is not started", async () => {
  for (const [options, message] of [
    [{ token: "abc" }, /^token is not right: wanted at least 16 characters/],
    [{ searchThreads: 0 }, /^searchThreads is 0: wanted a whole number from 1 to 64/],
    [{ requestTimeoutMs: -5 }, /^requestTimeoutMs is -5: wanted a number of milliseconds from 100 to 600000/],
    [{ requestTimeoutMs: "10s" }, /^requestTimeoutMs is "10s"/],
    [{ port: 99_999 }, /^port is 99999/],
    [{ publicUrl: "foo" }, /^publicUrl is "foo": wanted an http:\/\/ or https:\/\/ address/],
    [{ maxMemory: "256m" }, /^maxMemory is "256m": wanted a whole number of bytes/],
    [{ access: "tokens" }, /^access is "tokens": wanted one of open, token, proxy/],
    [{ access: "proxy" }, /no proxy is trusted/],
    [{ tokenFile: "tokens.json" }, /^tokenFile is unknown: .*Did you mean tokensFile/],
    [{ pages: [{ path: "weekly", render: () => "" }] }, /^pages is \[an object\]: wanted an array of pages/],
  ] as const)
    await assertRefused(() => startServer(archive, untyped({ port: 0, ...options })), "usage", message);
});

test("every option that a server has is taken", async () => {
  await using server = await startServer(archive, {
    host: "127.0.0.1",
    port: 0,
    publicUrl: "https://example.org/news/",
    securityContact: "mailto:security@example.org",
    access: "proxy",
    openScopes: ["search"],
    token: "a-token-0123456789",
    tokensFile: join(archive.folder, "tokens.json"),
    userHeader: "x-user",
    proxyScopes: ["search", "read"],
    trustedProxies: ["127.0.0.1", "10.0.0.0/8"],
    allowedHosts: ["news.example.org"],
    auditFolder: join(archive.folder, "audit"),
    auditFileBytes: 2 ** 20,
    auditsSearches: false,
    searchThreads: 1,
    searchQueue: 8,
    requestTimeoutMs: 5000,
    maxConnections: 64,
    rateLimit: 100,
    maxMemory: 2 ** 30,
    listensWhenOpen: true,
    logLevel: "silent",
    examples: ["桥"],
    pages: [definePage("/own", ({ html }) => html`own`)],
  });
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
});

test("a server that the archive cannot be served by leaves its port free", async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => probe.once("listening", listening));
  const { port } = probe.address() as { port: number };
  await new Promise((closed) => probe.close(closed));
  await assertRefused(() => startServer(archive, { port, maxMemory: 64 * 2 ** 20 }), "usage", /more than the memory/);
  await using server = await startServer(archive, { port });
  assert.equal(server.port, port);
});

test("an import that could not read all of its inputs fails, with the report of what it did", async () => {
  const folder = createTestFolder();
  const file = join(folder, "news.jsonl");
  writeFileSync(file, JSON.stringify({ id: "imported", title: "导入的", body: "正文" }));
  const missing = join(folder, "typo.csv");
  await assert.rejects(archive.import([missing, file, `${missing}.gz`]), (error) => {
    assert.ok(error instanceof ImportError && error instanceof AppError);
    assert.equal(error.code, "bad-input");
    assert.match(error.message, /typo\.csv\. \(And 1 more: the report has them\.\)$/);
    assert.deepEqual([error.report.added, error.report.failures.length], [1, 2]);
    return true;
  });
  assert.equal((await archive.article("imported"))?.title, "导入的");
  await archive.remove("imported");
});
