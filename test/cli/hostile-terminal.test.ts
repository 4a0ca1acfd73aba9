import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { type CliRun, createTestFolder, runCli } from "../fakes/cli.ts";

/** Clears the screen, turns the direction, has no width, is a tag. */
const EVIL = "\u001b[2J\u009b1m\u202e\u200b\u{e0041}\u0007";
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\udb40/u;

const folder = createTestFolder();
const archive = join(folder, "archive");
const run = async (...args: string[]): Promise<CliRun> => {
  const result = await runCli(args, { workingFolder: folder });
  assert.doesNotMatch(result.stdout, UNSEEN, args.join(" "));
  assert.doesNotMatch(result.stderr, UNSEEN, args.join(" "));
  return result;
};

test("nothing that a file brings is obeyed by the terminal, whatever the command", async () => {
  const path = join(folder, `台风\n${EVIL}.jsonl`);
  const article = {
    id: `号${EVIL}`,
    title: `台风${EVIL}登陆`,
    body: `台风${EVIL}昨夜登陆。`,
    source: `报${EVIL}`,
    category: EVIL,
  };
  const lines = [
    article,
    article,
    { [`字段${EVIL}`]: EVIL, title: "台风", date: `3月${EVIL}` },
    { [EVIL]: 1 },
    "[broken",
  ];
  writeFileSync(path, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));

  const imported = await run("import", path, "--archive", archive);
  assert.match(imported.stdout, /3 added|2 added/);
  assert.match(imported.stdout, /\\u001b\[2J/, "shown, so that people see what it is");
  await run("import", path, "--archive", archive, "--json");
  const found = await run("search", "台风", "--archive", archive);
  assert.match(found.stdout, /登陆/);
  const json = await run("search", "台风", "--archive", archive, "--json");
  const hits = JSON.parse(json.stdout).hits as { id: string }[];
  const evil = hits.find(({ id }) => id.includes("\u202e"));
  assert.ok(evil !== undefined, "the same id, escaped");
  await run("search", EVIL, `--from`, EVIL, "--archive", archive);
  await run("status", "--archive", archive);
  await run("verify", "--archive", archive, "--json");
  const exported = await run("export", "--archive", archive);
  assert.ok(exported.stdout.split("\n").some((line) => line.includes("登陆") && JSON.parse(line).id === evil.id));
  await run("delete", `号${EVIL}`, `无${EVIL}`, "--archive", archive, "--dry-run");
});

test("names of files, tables, flags, settings and folders are shown without being obeyed", async () => {
  const database = join(folder, "news.db");
  const opened = new DatabaseSync(database);
  for (const table of [`一${EVIL.replace("\u0000", "")}`, `二${EVIL}`])
    opened.exec(
      `CREATE TABLE "${table}" (title TEXT, body TEXT, "列${EVIL}" TEXT); INSERT INTO "${table}" VALUES ('题', '文', '')`,
    );
  opened.close();
  const chosen = await run("import", database, "--archive", archive);
  assert.match(chosen.stderr, /several tables/);
  for (const args of [
    ["import", `没有${EVIL}.json`],
    ["import", `a\nwenxun: everything is fine`],
    ["import", database, "--table", EVIL],
    ["import", database, "--format", EVIL],
    ["search", "x", "--archive", `无${EVIL}`],
    ["search", "x", `--${EVIL}`],
    [`${EVIL}`],
  ]) {
    const { exitCode, stderr } = await run(...args);
    assert.notEqual(exitCode, 0);
    assert.doesNotMatch(stderr, /^wenxun: everything/m);
  }
});
