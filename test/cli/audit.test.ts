import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTestFolder, runCli } from "../fakes/cli.ts";

interface Line {
  readonly what: string;
  readonly who: string;
  readonly [detail: string]: unknown;
}

const ARTICLES = ["one", "two", "three"]
  .map((id) => `${JSON.stringify({ id, title: `标题 ${id}`, body: "正文" })}\n`)
  .join("");

test("what commands do to an archive is noted, shown and checked", async () => {
  const workingFolder = createTestFolder();
  const run = async (args: readonly string[], exitCode = 0) => {
    const ran = await runCli(args, { workingFolder, env: { SUDO_USER: "alice" }, stdin: ARTICLES });
    assert.equal(ran.exitCode, exitCode, `${args}: ${ran.stderr}`);
    return ran;
  };
  await run(["import", "-"]);
  await run(["delete", "one"]);
  await run(["compact"]);
  await run(["reindex"]);
  await run(["export"]);
  await run(["backup", "copy"]);
  await run(["tokens", "add", "crawler", "--scopes", "ingest"]);
  await run(["tokens", "revoke", "crawler"]);
  await run(["tokens", "revoke", "nobody"], 1);
  const shown = (await run(["audit", "--jsonl"])).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  assert.deepEqual(
    shown.map(({ what }) => what),
    ["import", "import ended", "delete", "compact", "reindex", "export", "backup", "token added", "token revoked"],
  );
  assert.ok(shown.every(({ who }) => / \(sudo of alice\) on the command line$/.test(who)));
  assert.deepEqual([shown[0]?.inputs, shown[1]?.added, shown[2]?.ids], [["-"], 3, ["one"]]);
  const { stdout } = await run(["audit", "--what", "token", "--limit", "1"]);
  assert.match(stdout, /^20\S+ \S+ {2}token revoked {2}.* {2}id=[0-9a-f]{12} {2}name=crawler\n$/);
  const verified = await run(["audit", "verify"]);
  const [, head = ""] =
    /^9 lines in 1 file: sound\nhead (9:[0-9a-f]{64})\n$/.exec(verified.stdout) ?? assert.fail(verified.stdout);
  assert.equal((await run(["audit", "head"])).stdout, `${head}\n`);
  await run(["audit", "verify", "--passed", head]);

  const file = join(workingFolder, "archive", "audit", "000001.jsonl");
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, lines.toSpliced(2, 1).join("\n"));
  const { stdout: report, stderr } = await run(["audit", "verify"], 1);
  assert.match(
    report,
    /8 lines in 1 file: not as they were written\n {2}000001\.jsonl, line 3: line number 3 is missing before it/,
  );
  assert.match(stderr, /is not as it was written/);
});

test("without an audit log a command changes nothing, unless it is turned off", async () => {
  const workingFolder = createTestFolder();
  const run = (...args: string[]) => runCli(args, { workingFolder, stdin: ARTICLES });
  writeFileSync(join(workingFolder, "log"), "a file");
  const refused = await run("import", "-", "--audit-log", "log");
  assert.equal(refused.exitCode, 1);
  assert.match(
    refused.stderr,
    /The audit log in .* cannot be written .*--audit-log FOLDER places it elsewhere, or `off` does without/,
  );
  assert.equal((await run("export", "--audit-log", "off")).stdout, "");
  assert.equal((await run("import", "-", "--audit-log", "off")).exitCode, 0);
  assert.match((await run("audit")).stderr, /There is no audit log in .*nothing was noted yet/);
  assert.match((await run("audit", "--audit-log", "off")).stderr, /audit-log is off/);
  const failed = await run("delete", "one", "--audit-log", "log");
  assert.equal(failed.exitCode, 1);
  assert.equal(
    (await run("export", "--audit-log", "log")).stdout.split("\n").length,
    4,
    "nothing was removed, and reading goes on",
  );
});
