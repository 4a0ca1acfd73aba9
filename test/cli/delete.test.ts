import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { ARTICLES, createTestArchive } from "../fakes/test-archive.ts";

async function makeArchive() {
  const workingFolder = createTestFolder();
  await createTestArchive(join(workingFolder, "archive"));
  const run = (...args: string[]) => runCli(args, { workingFolder });
  const idsLeft = async (): Promise<string[]> => {
    const { stdout } = await run("export");
    return stdout
      .trim()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line).id)
      .sort();
  };
  return { workingFolder, run, idsLeft };
}

test("wenxun delete takes articles out by id, says which are not there, and notes who did it", async () => {
  const { workingFolder, run, idsLeft } = await makeArchive();
  const { exitCode, stdout, stderr } = await run("delete", "bridge", "nobody");
  assert.equal(exitCode, 1);
  assert.match(stdout, /bridge {2}2024-03-01 {2}江城早报 {2}跨江大桥今晨通车\n1 article removed\./);
  assert.match(stderr, /no article "nobody"/);
  assert.deepEqual(await idsLeft(), ["panda", "software", "undated"]);
  const entry = JSON.parse(readFileSync(join(workingFolder, "archive", "log.jsonl"), "utf8"));
  assert.deepEqual([entry.what, entry.ids], ["remove", ["bridge"]]);
  assert.match(entry.by, /on the command line$/);
  assert.ok(!readFileSync(join(workingFolder, "archive", "archive.db")).includes("跨江大桥"));
});

test("wenxun delete --query removes what matches, and with --dry-run nothing", async () => {
  const { run, idsLeft } = await makeArchive();
  const all = ARTICLES.map(({ id }) => id).sort();
  const dry = await run("delete", "--query", "軟件", "--dry-run");
  assert.equal(dry.exitCode, 0, dry.stderr);
  assert.match(dry.stdout, /^software .*\n1 article would be removed\.\n$/);
  assert.deepEqual(await idsLeft(), all);
  assert.match((await run("delete", "--source", "江城早报", "--to", "2024-12-31")).stdout, /1 article removed/);
  assert.deepEqual(await idsLeft(), ["panda", "software", "undated"]);
  assert.match((await run("delete", "--query", "软件")).stdout, /1 article removed/);
  assert.match((await run("delete", "--query", "没有这样的词")).stdout, /^0 articles removed\.\n$/);
  assert.deepEqual(await idsLeft(), ["panda", "undated"]);
});

test("wenxun delete --query reaches near-copies and more than a page", async () => {
  const workingFolder = createTestFolder();
  const articles = Array.from({ length: 250 }, (_, index) => ({
    id: `a${index}`,
    title: `渡口重新开放${index % 5 === 0 ? "" : `第${index}天`}`,
    body:
      index % 5 === 0
        ? "渡口昨日上午重新开放，两岸居民往来只需五分钟，首日有三千人乘船。"
        : `第${index}天，${index * 7919} 人。`,
  }));
  await createTestArchive(join(workingFolder, "archive"), [
    ...articles,
    { id: "other", title: "春雨", body: "夜里下了雨。" },
  ]);
  const { stdout } = await runCli(["delete", "--query", "渡口"], { workingFolder });
  assert.match(stdout, /… and 230 more\n250 articles removed\./);
  assert.match((await runCli(["export"], { workingFolder })).stdout, /^\{"id":"other"[^\n]*\}\n$/);
});

test("wenxun delete --query removes what holds all its words, never what is similar or holds some of them", async () => {
  const workingFolder = createTestFolder();
  const articles = [
    { id: "all", title: "渡口重新开放", body: "渡口的轮船明天首航。" },
    { id: "some", title: "渡口旧事", body: "老人说起从前。" },
    { id: "one", title: "轮船博物馆", body: "展出三十件模型。" },
    { id: "similar", title: "首航纪念", body: "纪念邮票今天发行。" },
  ];
  await createTestArchive(join(workingFolder, "archive"), articles);
  const run = (...args: string[]) => runCli(args, { workingFolder });
  const query = ["delete", "--query", "渡口 轮船 首航"];
  assert.match((await run(...query, "--dry-run")).stdout, /^all .*\n1 article would be removed\.\n$/);
  assert.match((await run(...query)).stdout, /1 article removed/);
  // Nothing holds them all now.
  assert.match((await run(...query)).stdout, /^0 articles removed\.\n$/);
  assert.equal((await run("export")).stdout.trim().split("\n").length, 3);
  const unknown = await run("delete", "--query", "渡口*");
  assert.equal(unknown.exitCode, 2);
  assert.match(unknown.stderr, /渡口\*/);
  assert.equal((await run("export")).stdout.trim().split("\n").length, 3);
});

test("wenxun delete --query removes what holds the words as typed, not what holds a synonym", async () => {
  const { workingFolder, run, idsLeft } = await makeArchive();
  writeFileSync(join(workingFolder, "archive", "synonyms.txt"), "跨江大桥, 软件\n");
  assert.match((await run("search", "软件", "--mode", "keyword")).stdout, /^2 found/);
  assert.match((await run("delete", "--query", "软件")).stdout, /^software .*\n1 article removed\.\n$/);
  assert.deepEqual(await idsLeft(), ["bridge", "panda", "undated"]);
});

test("wenxun delete takes ids or a query, and never everything by accident", async () => {
  const { run, idsLeft } = await makeArchive();
  for (const args of [[], ["bridge", "--query", "x"], ["--query", ""], ["--query", "  "], ["--dry-run"]]) {
    assert.equal((await run("delete", ...args)).exitCode, 2, args.join(" "));
  }
  assert.equal((await idsLeft()).length, ARTICLES.length);
});

test("wenxun compact says how many segments are left", async () => {
  const { run } = await makeArchive();
  assert.match((await run("compact")).stdout, /^compacted into 1 segment\n$/);
});
