import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

async function createFolder(): Promise<string> {
  const folder = createTestFolder();
  await createTestArchive(join(folder, "archive"));
  return folder;
}

test("a token is shown once, listed without what is secret, and taken back by its name", async () => {
  const workingFolder = await createFolder();
  const run = (...args: string[]) => runCli(["tokens", ...args], { workingFolder });
  const added = await run("add", "王编辑", "--expires", "90d");
  assert.equal(added.exitCode, 0, added.stderr);
  assert.match(added.stdout, /^wx_[\w-]{43}\n$/, "standard output is the token and nothing else");
  assert.match(added.stderr, /王编辑 \(search, read; until 20\d\d-/);
  const second = JSON.parse((await run("add", "crawler", "--scopes", "ingest, delete", "--json")).stdout);
  assert.deepEqual([second.name, second.scopes], ["crawler", ["ingest", "delete"]]);
  const listed = await run("list");
  assert.match(listed.stdout, /^name +scopes +made +expires +used last +id\n王编辑 +search,read +20/);
  const asJson = await run("list", "--json");
  for (const { stdout } of [listed, asJson]) assert.ok(!stdout.includes(added.stdout.trim().slice(0, 12)));
  assert.deepEqual(
    JSON.parse(asJson.stdout).map(({ name }: { name: string }) => name),
    ["王编辑", "crawler"],
  );
  assert.equal((await run("revoke", "王编辑")).stdout, "revoked 王编辑\n");
  assert.equal((await run("revoke", second.id)).stdout, "revoked crawler\n");
  assert.deepEqual(JSON.parse((await run("list", "--json")).stdout), []);
});

test("what is wrong with a token to be made is said, and none is made", async () => {
  const workingFolder = await createFolder();
  const run = (...args: string[]) => runCli(["tokens", ...args], { workingFolder });
  await run("add", "one");
  for (const [args, exitCode, message] of [
    [["add", "one"], 2, /There is a token one already/],
    [["add", " "], 2, /1 to 100 characters/],
    [["add", "a\u202eb"], 2, /printable/],
    [["add", "two", "--scopes", "search,write"], 2, /--scopes takes one or more of search, read/],
    [["add", "two", "--scopes", ""], 2, /--scopes takes/],
    [["add", "two", "--expires", "2020-01-01"], 2, /has passed/],
    [["add", "two", "--expires", "soon"], 2, /--expires/],
    [["add", "two", "--archive", "nowhere"], 1, /There is no folder .*nowhere/],
    [["revoke", "two"], 1, /There is no token "two"/],
  ] as const) {
    const { exitCode: got, stderr, stdout } = await run(...args);
    assert.match(stderr, message, args.join(" "));
    assert.deepEqual([got, stdout], [exitCode, ""], args.join(" "));
  }
  assert.equal(JSON.parse(readFileSync(join(workingFolder, "archive", "tokens.json"), "utf8")).tokens.length, 1);
});

test("tokens may lie in a file of their own", async () => {
  const workingFolder = createTestFolder();
  const { exitCode } = await runCli(["tokens", "add", "one", "--tokens-file", "secrets.json"], { workingFolder });
  assert.equal(exitCode, 0);
  assert.equal(JSON.parse(readFileSync(join(workingFolder, "secrets.json"), "utf8")).tokens[0].name, "one");
});
