import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { replacePrivateFile } from "../disk/private-file.ts";
import { createAccessRecords, readLastUsed, recordsPath } from "./access-records.ts";
import { createAddressTest } from "./addresses.ts";
import { createLoginFailures } from "./failures.ts";
import { createHostTest } from "./hosts.ts";
import { toReturnPath } from "./return-path.ts";
import { createSecret, hashSecret } from "./secret.ts";
import { createTokenBook } from "./token-book.ts";
import { changeTokens, readTokenFile, type TokenEntry } from "./token-file.ts";

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-access-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const toEntry = (name: string, secret: string, expires?: string): TokenEntry => ({
  id: name,
  name,
  scopes: ["search"],
  hash: hashSecret(secret),
  created: "2026-01-01T00:00:00.000Z",
  ...(expires !== undefined && { expires }),
});

test("a token is kept as its hash alone, in a file that its owner alone reads, and is known without a restart", (t) => {
  const path = join(createFolder(t), "tokens.json");
  const book = createTokenBook({ path });
  const [one, two] = [createSecret(), createSecret()];
  assert.match(one, /^wx_[\w-]{43}$/);
  assert.notEqual(one, two);
  assert.equal(book.bySecret(one), undefined);
  changeTokens(path, () => [toEntry("one", one)]);
  assert.equal(book.bySecret(one)?.name, "one");
  assert.equal(book.bySecret(two), undefined);
  changeTokens(path, (before) => [...before, toEntry("two", two)]);
  assert.equal(book.bySecret(two)?.name, "two");
  changeTokens(path, (before) => before.filter(({ name }) => name !== "one"));
  assert.deepEqual([book.bySecret(one), book.bySecret(two)?.name], [undefined, "two"]);
  assert.ok(!readFileSync(path, "utf8").includes(two));
  if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("a token holds until the moment it expires", (t) => {
  const path = join(createFolder(t), "tokens.json");
  const secret = createSecret();
  changeTokens(path, () => [toEntry("one", secret, "2026-02-01T00:00:00.000Z")]);
  let nowMs = Date.parse("2026-01-31T23:59:59.999Z");
  const book = createTokenBook({ path, nowMs: () => nowMs });
  assert.equal(book.bySecret(secret)?.name, "one");
  nowMs++;
  assert.equal(book.bySecret(secret), undefined);
});

test("a change that fails leaves the file of tokens as it was, and the next one goes on", (t) => {
  const path = join(createFolder(t), "tokens.json");
  changeTokens(path, () => [toEntry("one", "a")]);
  const before = readFileSync(path, "utf8");
  const fail = () => {
    throw new RangeError("no");
  };
  assert.throws(() => changeTokens(path, fail), RangeError);
  assert.equal(readFileSync(path, "utf8"), before);
  changeTokens(path, (tokens) => [...tokens, toEntry("two", "b")]);
  assert.equal(readTokenFile(path)?.tokens.length, 2);
  const { sessionKey } = JSON.parse(before);
  assert.equal(readTokenFile(path)?.sessionKey, sessionKey, "people stay logged in");
});

test("what a process that died left behind holds up nobody", (t) => {
  const path = join(createFolder(t), "tokens.json");
  writeFileSync(`${path}.new`, "half");
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(`${path}.new`, longAgo, longAgo);
  replacePrivateFile(path, () => "whole");
  assert.equal(readFileSync(path, "utf8"), "whole");
});

test("a file of tokens that is none is told once, and opens nothing", (t) => {
  const path = join(createFolder(t), "tokens.json");
  const told: string[] = [];
  const book = createTokenBook({
    path,
    settingToken: "the-servers-own-token",
    onProblem: (message) => told.push(message),
  });
  for (const content of [
    "",
    "[]",
    '{"version":2}',
    '{"version":1,"sessionKey":"short","tokens":[]}',
    '{"tokens":[{}]}',
  ]) {
    writeFileSync(path, content, { mode: 0o600 });
    assert.throws(() => book.bySecret("the-servers-own-token"), /cannot read who may use it/, content);
    assert.throws(() => book.bySecret("the-servers-own-token"), /cannot read who may use it/, content);
  }
  assert.equal(new Set(told).size, told.length);
  rmSync(path);
  assert.equal(book.bySecret("the-servers-own-token")?.id, "setting");
});

test("uses of tokens and ended sessions are noted together with what another server noted", (t) => {
  const tokensPath = join(createFolder(t), "tokens.json");
  const path = recordsPath(tokensPath);
  let nowMs = Date.parse("2026-03-01T00:00:00Z");
  const options = { path, nowMs: () => nowMs };
  const [one, two] = [createAccessRecords(options), createAccessRecords(options)];
  one.noteUse("a");
  two.noteUse("b");
  nowMs += 1000;
  one.noteUse("a");
  one.endSession("session", nowMs + 5000);
  two.flush();
  assert.deepEqual(readLastUsed(tokensPath), { a: "2026-03-01T00:00:01.000Z", b: "2026-03-01T00:00:00.000Z" });
  assert.ok(createAccessRecords(options).isEnded("session"));
  nowMs += 10_000;
  two.endSession("later", nowMs + 5000);
  assert.ok(!createAccessRecords(options).isEnded("session"), "it would have expired by itself");
});

test("failures slow one client and nobody else, and are forgotten in time", () => {
  let nowMs = 0;
  const failures = createLoginFailures(() => nowMs);
  const waits: number[] = [];
  for (let count = 0; count < 14; count++) {
    failures.note("192.0.2.1");
    waits.push(failures.waitS("192.0.2.1"));
  }
  assert.deepEqual(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  assert.equal(failures.waitS("192.0.2.2"), 0);
  nowMs = 61_000;
  assert.equal(failures.waitS("192.0.2.1"), 0);
  failures.note("192.0.2.1");
  assert.equal(failures.waitS("192.0.2.1"), 60);
  failures.forget("192.0.2.1");
  assert.equal(failures.waitS("192.0.2.1"), 0);
  for (let count = 0; count < 20_000; count++) failures.note(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`);
  assert.equal(failures.waitS("10.0.0.0"), 0, "only so many are remembered");
});

test("ranges of addresses hold what they say, however an address is written", () => {
  const isTrusted = createAddressTest(["10.0.0.0/8", "2001:db8::/32", "192.0.2.7", "127.0.0.0/8", "::1"]);
  for (const address of ["10.255.0.1", "::ffff:10.0.0.1", "2001:db8:9::1", "192.0.2.7", "127.0.0.53", "::1"])
    assert.ok(isTrusted(address), address);
  for (const address of ["11.0.0.1", "::ffff:11.0.0.1", "2001:db9::1", "192.0.2.8", "", "10.0.0.1.evil", undefined])
    assert.ok(!isTrusted(address), address);
});

test("a server answers to names that no stranger can point at it", () => {
  const bound = (host: string, more: { publicUrl?: string; allowed?: string[] } = {}) =>
    createHostTest({ bound: host, ...more });
  const isLocal = bound("127.0.0.1");
  for (const host of [
    "localhost",
    "localhost:8600",
    "LOCALHOST.",
    "127.0.0.1:8600",
    "[::1]:8600",
    "127.9.9.9",
    "app.localhost",
  ])
    assert.ok(isLocal(host), host);
  for (const host of [
    "evil.example",
    "evil.example:8600",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "192.0.2.1",
    "nas",
    "",
    "0.0.0.0",
  ])
    assert.ok(!isLocal(host), host);
  const isOpen = bound("0.0.0.0");
  for (const host of [
    "192.0.2.1:8600",
    "[2001:db8::1]:8600",
    "nas",
    "wenxun:8600",
    "nas.local",
    "nas.lan",
    "localhost",
  ])
    assert.ok(isOpen(host), host);
  for (const host of ["evil.example", "nas.local.evil.example", "1.2.3.4.evil.example", "evil.example."])
    assert.ok(!isOpen(host), host);
  const isNamed = bound("127.0.0.1", { publicUrl: "https://news.example/x/", allowed: ["*.lab.example", "a.example"] });
  for (const host of ["news.example", "NEWS.example:443", "b.lab.example", "c.b.lab.example", "a.example"])
    assert.ok(isNamed(host), host);
  for (const host of ["lab.example", "evillab.example", "x.news.example", "news.example.evil"])
    assert.ok(!isNamed(host), host);
  assert.ok(bound("127.0.0.1", { allowed: ["*"] })("anything.example"));
});

test("wherever somebody wants to go after logging in, it is on this site", () => {
  assert.equal(toReturnPath("/?q=桥"), "?q=%E6%A1%A5");
  assert.equal(toReturnPath("articles/1"), "articles/1");
  assert.equal(toReturnPath(undefined), "");
  const site = "http://site.example/news/";
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[/\\.:@\t\n %a-z0-9?#-]{0,12}$/));
  fc.assert(
    fc.property(text, (to) => {
      for (const root of ["/", "/news/"])
        assert.equal(new URL(root + toReturnPath(to), site).origin, "http://site.example");
    }),
    { numRuns: 3000 },
  );
});
