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

/** What went wrong, as `--json` says it on the last line. */
const messageOf = (stderr: string): string => JSON.parse(stderr.trim().split("\n").at(-1) ?? "").error.message;

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
    assert.match(stdout, /1 article without a usable date.*\n.*line 4: 昨天 \(says how long ago/);
    assert.match(stdout, /^Next: look into .*rejects-.*\.jsonl/m);
  });

  test("the flag that reads the dates is named by the command line alone", async () => {
    const { folder, at } = folderWith({
      "news.jsonl": `{"title":"台风","body":"${"登陆福建。".repeat(9)}","date":"昨天"}\n`,
    });
    const { stdout } = await runCli(["import", at("news.jsonl")], { workingFolder: folder });
    assert.match(stdout, /says how long ago, but not from which moment; --as-of gives the moment to count from/);
    const { report } = await importJson(folder, [at("news.jsonl")]);
    assert.doesNotMatch(JSON.stringify(report), /--as-of/);
  });

  test("says which name was taken for which field, what was left out, and what comes next", async () => {
    const body = "市民说，新桥通车以后，过江的时间少了一半，上班也不再赶了。".repeat(4);
    const lines = ["一", "二", "三"].map((title) =>
      JSON.stringify({
        headline: title,
        description: "桥通车了。",
        maintext: body,
        date_publish: "2021-03-14",
        lang: "zh",
      }),
    );
    const { folder, at } = folderWith({ "news.jsonl": lines.join("\n") });
    const { stdout, exitCode } = await runCli(["import", at("news.jsonl"), "--archive", "mine"], {
      workingFolder: folder,
    });
    assert.equal(exitCode, 0);
    assert.match(stdout, /^3 records in .*: 3 added, 0 updated, 0 unchanged, 0 repeated, 0 rejected\.$/m);
    assert.match(
      stdout,
      /^Fields: title ← headline; body ← maintext; published ← date_publish; not used: description, lang\.$/m,
    );
    assert.match(
      stdout,
      /^"description" was left out, since maintext is the better body; --map body=description takes it\.$/m,
    );
    assert.match(stdout, /^Next: wenxun serve --archive mine/m);
  });

  test("equal ids in two files are told with what keeps them apart, and the prefix does", async () => {
    const { folder, at } = folderWith({
      "north.csv": "id,title,body\n1,北线开通,今天北线开通了。\n2,北桥通车,今天北桥通车了。\n",
      "south.csv": "id,title,body\n1,南线停运,今天南线停运了。\n2,南桥封闭,今天南桥封闭了。\n",
    });
    const files = [at("north.csv"), at("south.csv")];
    const { stdout } = await runCli(["import", ...files], { workingFolder: folder });
    assert.match(stdout, /^4 records in .*: 2 added, 0 updated, 0 unchanged, 2 repeated, 0 rejected\.$/m);
    assert.match(stdout, /2 of them say something else than the one in another file/);
    assert.match(stdout, /south\.csv, line 2: 1\n.*south\.csv, line 3: 2/);
    assert.match(stdout, /^Next: .*--id-prefix "\{file\}:"/m);
    const prefixed = await importJson(folder, [...files, "--id-prefix", "{file}:", "--archive", "apart"]);
    assert.equal(prefixed.report.added, 4);
  });

  test("two imports from different sources with equal ids say that one took the place of the other", async () => {
    const { folder, at } = folderWith({ "news.jsonl": NEWS });
    await importJson(folder, [at("news.jsonl"), "--source", "北报"]);
    const { stdout } = await runCli(["import", at("news.jsonl"), "--source", "南报"], { workingFolder: folder });
    assert.match(stdout, /2 articles took the place of one from elsewhere that had the same id:\n {2}1: 北报 → 南报\n/);
    const again = await importJson(folder, [at("news.jsonl"), "--source", "南报"]);
    assert.deepEqual([again.report.unchanged, again.report.takenPlaces], [2, 0]);
  });

  test("a name of --map that no record has, and an input that is refused as a whole, are failures", async () => {
    const { folder, at } = folderWith({ "news.jsonl": NEWS, "other.json": '[{"a":1},{"a":2}]' });
    const typo = await importJson(folder, [at("news.jsonl"), "--map", "title=titel"]);
    assert.equal(typo.exitCode, 1);
    assert.match(
      messageOf(typo.stderr),
      /None of the 2 records of .*news\.jsonl has a field "titel".*the fields are id, title, body, published/,
    );
    assert.equal(typo.report.stored, 0);
    const useless = await importJson(folder, [at("other.json")]);
    assert.equal(useless.exitCode, 1);
    assert.match(useless.stderr, /Nothing of .*other\.json could be used: each of its 2 records was refused/);
  });

  test("the settings of dates reach the reader", async () => {
    const dates = ["3小时前", "110年3月14日", "03/04/2021", "1750-01-01", "2021-03-14"];
    const lines = dates.map((date, index) => JSON.stringify({ id: `${index}`, title: "题", date }));
    const { folder, at } = folderWith({ "news.jsonl": lines.join("\n") });
    const plain = await importJson(folder, [at("news.jsonl")]);
    assert.deepEqual(plain.report.badDateCounts, { relative: 1, republic: 1, dayOrder: 1, implausible: 1 });
    const flags = ["--as-of", "2021-03-14 12:00", "--republic-years", "--day-order", "dmy", "--earliest", "1700-01-01"];
    const { report } = await importJson(folder, [at("news.jsonl"), ...flags]);
    assert.deepEqual([report.undated, report.updated], [0, 4]);
    const late = await importJson(folder, [at("news.jsonl"), "--latest", "2021-03-13", "--no-republic-years"]);
    assert.equal(late.report.undated, 5);
  });

  test("a file that fails costs the exit code, not the others; no archive is made for nothing", async () => {
    const { folder, at } = folderWith({ "news.jsonl": NEWS, "cut.jsonl.gz": gzipSync(NEWS).subarray(0, -8) });
    const nothing = await importJson(folder, [at("gone.jsonl")]);
    assert.equal(nothing.exitCode, 1);
    assert.match(messageOf(nothing.stderr), /^There is no file .*gone\.jsonl/);
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
    ["x", "--as-of", "neulich"],
    ["x", "--earliest", "1700"],
    ["x", "--day-order", "ymd"],
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
