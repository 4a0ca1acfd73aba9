import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { openForWriting } from "../../src/compose/open-backend.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";

const NEWS = [
  { id: "1", title: "新桥通车", body: "两岸往来更快了。", published: "2021-03-14 08:05" },
  { id: "2", title: "春雨来得早", body: "农户忙着下田。", published: "2021-03-15" },
]
  .map((article) => `${JSON.stringify(article)}\n`)
  .join("");

function folderWith(files: Record<string, string | Buffer>): { folder: string; at: (name: string) => string } {
  const folder = createTestFolder();
  const at = (name: string): string => join(folder, name);
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
  return { folder, at };
}

const importJson = async (folder: string, args: string[], stdin?: string | Buffer) => {
  const run = await runCli(["import", "--json", ...args], {
    workingFolder: folder,
    ...(stdin === undefined ? {} : { stdin }),
  });
  return { ...run, report: JSON.parse(run.stdout === "" ? "{}" : run.stdout) as Record<string, unknown> };
};

describe("wenxun import", () => {
  test("lets a server on the same machine go first", async () => {
    const { folder, at } = folderWith({ "news.jsonl": NEWS });
    let isGiving = false;
    const onGiveWay = (): void => {
      isGiving = true;
    };
    await runCli(["import", at("news.jsonl")], { workingFolder: folder, onGiveWay });
    assert.ok(isGiving);
  });

  test("makes an archive, adds to it, and skips what it has", async () => {
    const { folder, at } = folderWith({ "news.jsonl": NEWS });
    const first = await importJson(folder, [at("news.jsonl")]);
    assert.equal(first.exitCode, 0, first.stderr);
    assert.deepEqual([first.report.added, first.report.unchanged], [2, 0]);
    assert.match(first.stderr, /^stored 2 articles/);
    const again = await importJson(folder, ["-"], gzipSync(NEWS));
    assert.deepEqual([again.exitCode, again.report.added, again.report.unchanged], [0, 0, 2]);
  });

  test("says in words what was refused and what has no date", async () => {
    const { folder, at } = folderWith({ "news.jsonl": `${NEWS}nonsense\n{"title":"无日期","date":"昨天"}\n` });
    const { exitCode, stdout } = await runCli(["import", at("news.jsonl")], { workingFolder: folder });
    assert.equal(exitCode, 0);
    assert.match(stdout, /3 added, 0 updated, 0 unchanged/);
    assert.match(stdout, /1 record rejected, see .*rejects-.*\.jsonl\n.*news\.jsonl, line 3: is not valid JSON/);
    assert.match(stdout, /1 article without a usable date.*\n.*line 4: 昨天/);
  });

  test("a file that fails costs the exit code, not the others; no archive is made for nothing", async () => {
    const { folder, at } = folderWith({ "news.jsonl": NEWS, "cut.jsonl.gz": gzipSync(NEWS).subarray(0, -8) });
    const nothing = await importJson(folder, [at("gone.jsonl")]);
    assert.equal(nothing.exitCode, 1);
    assert.match(nothing.stderr, /^wenxun: There is no file .*gone\.jsonl/m);
    assert.equal(existsSync(at("archive")), false);
    const { exitCode, report, stderr } = await importJson(folder, [
      at("gone.jsonl"),
      at("cut.jsonl.gz"),
      at("news.jsonl"),
    ]);
    assert.equal(exitCode, 1);
    assert.equal(report.read, 4);
    assert.match(stderr, /gone\.jsonl.*\(and 1 more\)/);
  });

  test("options reach the readers", async () => {
    const { folder, at } = folderWith({
      "news.txt": Buffer.from("kopf;wann\n\xd0\xc2\xce\xc5;2021-03-14\n", "latin1"),
    });
    const flags = ["--format", "csv", "--map", "title=kopf", "--map", "published=wann", "--encoding", "gbk"];
    const { report, exitCode, stderr } = await importJson(folder, [at("news.txt"), "--timezone", "UTC", ...flags]);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual([report.added, report.undated], [1, 0]);
  });

  for (const args of [
    [],
    ["x", "--format", "xml"],
    ["x", "--encoding", "klingon"],
    ["x", "--map", "kopf=title"],
    ["x", "--timezone", "Mars/Olympus"],
  ]) {
    test(`wrong usage: wenxun import ${args.join(" ")}`, async () => {
      const { exitCode, stdout, stderr } = await runCli(["import", ...args]);
      assert.equal(exitCode, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /^wenxun: /m);
    });
  }

  test("an archive that another process writes is left alone", async () => {
    const { folder, at } = folderWith({ "news.jsonl": NEWS });
    const encoder = { kind: "builtin" } as const;
    await using _other = await openForWriting({ folder: at("archive"), encoder, timezone: "Asia/Shanghai" });
    const { exitCode, stderr, report } = await importJson(folder, [at("news.jsonl")]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /being written by another process/);
    assert.equal(report.stored, 0);
  });

  test("a stop before the first batch stores nothing and says how to go on", async () => {
    const { folder, at } = folderWith({ "news.jsonl": NEWS });
    const { exitCode, stderr } = await runCli(["import", at("news.jsonl")], {
      workingFolder: folder,
      stop: AbortSignal.abort(),
    });
    assert.equal(exitCode, 1);
    assert.match(stderr, /Stopped: 0 articles are stored; the same command goes on/);
  });
});
