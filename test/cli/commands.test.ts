import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { before, describe, test } from "node:test";
import type { SearchReply } from "../../src/api/wire.ts";
import { databasePath } from "../../src/local/store/database.ts";
import { sealRecord } from "../../src/local/store/record-check.ts";
import { type CliRunOptions, createTestFolder, runCli } from "../fakes/cli.ts";
import { ARTICLES, createTestArchive } from "../fakes/test-archive.ts";

const workingFolder = createTestFolder();
const run = (args: readonly string[], options: CliRunOptions = {}) => runCli(args, { workingFolder, ...options });

before(() => createTestArchive(join(workingFolder, "archive")));

describe("wenxun search", () => {
  test("shows what it finds, with date, source and reason", async () => {
    const { exitCode, stdout, stderr } = await run(["search", "大橋", "--mode", "keyword"]);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^1 found \(keyword, /);
    assert.match(stdout, /1\. 跨江大桥今晨通车\n {3}2024-03-01 · 江城早报 · 交通\n/);
    assert.match(stdout, /https:\/\/news\.example\/bridge\n {3}keyword \d/);
  });

  test("says what of a query is not obeyed", async () => {
    const words = Array.from({ length: 70 }, (_, index) => `甲${index}`).join(" OR ");
    const { stdout, stderr } = await run(["search", words, "!乙", "--mode", "keyword"]);
    assert.match(stdout, /^0 found/);
    assert.match(stderr, /some of it was left out: up to 10,000 characters are read, .* 64 words and names in groups/);
    assert.match(stderr, /looked for as words: !乙/);
  });

  test("writes the reply of the API", async () => {
    const { stdout } = await run(["search", "软件", "--json", "--mode", "keyword"]);
    const reply = JSON.parse(stdout) as SearchReply;
    assert.equal(reply.total, 1);
    assert.equal(reply.hits[0]?.id, "software");
    assert.equal(reply.hits[0]?.published, "2024-05-19T16:00:00.000Z");
  });

  test("takes filters, sorting and paging", async () => {
    const search = async (...args: string[]) => {
      const { stdout } = await run(["search", "", "--json", ...args]);
      return (JSON.parse(stdout) as SearchReply).hits.map(({ id }) => id);
    };
    assert.deepEqual(await search("--from", "2024-03-01", "--to", "2024-05-20", "--sort", "oldest"), [
      "bridge",
      "software",
    ]);
    assert.deepEqual(await search("--source", "江城早报", "--sort", "newest"), ["panda", "bridge"]);
    assert.deepEqual(await search("--category", "交通", "--category", "科技", "--sort", "oldest"), [
      "bridge",
      "software",
    ]);
    assert.deepEqual(await search("--from", "2024-01-01", "--sort", "newest", "--limit", "1", "--offset", "1"), [
      "software",
    ]);
  });

  test("shows no control character of an article", async () => {
    const folder = createTestFolder();
    await createTestArchive(join(folder, "archive"), [
      { id: "x", title: "红色\u001b[31m警报\u202e", body: "\u0007响" },
    ]);
    const { stdout } = await runCli(["search", "警报"], { workingFolder: folder });
    assert.match(stdout, /红色\\u001b\[31m警报/);
    assert.doesNotMatch(stdout, /[\u0007\u001b\u202e]/);
  });

  for (const [args, message] of [
    [["search", "x", "--from", "2024-02-30"], /2024-02-30/],
    [["search", "x", "--from", "2024-02-02", "--to", "2024-01-01"], /2024-01-01/],
    [["search", "x", "--mode", "magic"], /magic/],
    [["search", "x", "--limit", "many"], /many/],
    [["search", "x", "--limit", "101"], /101/],
    [["search"], /QUERY/],
  ] as const) {
    test(`refuses ${args.join(" ")}`, async () => {
      const { exitCode, stdout, stderr } = await run(args);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, message);
      assert.equal(stdout, "");
    });
  }

  test("says how to make an archive where there is none", async () => {
    const { exitCode, stderr } = await run(["search", "x", "--archive", "nowhere"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^wenxun: There is no archive in .*wenxun import/);
  });
});

test("wenxun status shows what is there and what was loaded, once", async () => {
  const { exitCode, stdout } = await run(["status"]);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^articles +4 from 2 sources in 3 categories$/m);
  assert.match(stdout, /^ready +1 +[\d.]+ +.* encoder:builtin$/m);
  const json = JSON.parse((await run(["status", "--json"])).stdout) as { archive: { articles: number } };
  assert.equal(json.archive.articles, ARTICLES.length);
  assert.doesNotMatch(stdout, /^words /m);
  const outdated = join(createTestFolder(), "archive");
  cpSync(join(workingFolder, "archive"), outdated, { recursive: true });
  const database = new DatabaseSync(databasePath(outdated));
  database.exec("UPDATE setting SET value = '1' WHERE name = 'fold_version'");
  sealRecord(database);
  database.close();
  assert.match(
    (await run(["status", "--archive", outdated])).stdout,
    /^words +indexed by an earlier version; wenxun reindex indexes them anew$/m,
  );
});

test("wenxun export writes every article, and they make the same archive again", async () => {
  const { exitCode, stdout } = await run(["export"]);
  assert.equal(exitCode, 0);
  const articles = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(articles.map(({ id }) => id).sort(), ARTICLES.map(({ id }) => id).sort());
  assert.deepEqual(
    articles.find(({ id }) => id === "bridge"),
    {
      id: "bridge",
      title: "跨江大桥今晨通车",
      body: "大桥全长三公里，两岸往来只需五分钟。首日有两万辆汽车驶过。",
      published: "2024-02-29T16:00:00.000Z",
      url: "https://news.example/bridge",
      source: "江城早报",
      category: "交通",
    },
  );
});

test("wenxun backup copies the archive and refuses a folder in use", async () => {
  const { exitCode } = await run(["backup", "copy"]);
  assert.equal(exitCode, 0);
  assert.match((await run(["status", "--archive", "copy"])).stdout, /^articles +4 /m);
  assert.equal((await run(["backup", "copy"])).exitCode, 2);
});

test("a backup that is put in the place of a lost archive is that archive", async () => {
  const folder = createTestFolder();
  const cli = (...args: string[]) => runCli(args, { workingFolder: folder });
  await createTestArchive(join(folder, "archive"));
  assert.equal((await cli("backup", "copies/monday")).exitCode, 0);
  rmSync(join(folder, "archive"), { recursive: true });
  cpSync(join(folder, "copies", "monday"), join(folder, "archive"), { recursive: true });
  assert.match((await cli("verify")).stdout, /^4 articles, .*: sound/);
  assert.match((await cli("search", "大桥", "--mode", "keyword")).stdout, /^1 found/);
  writeFileSync(join(folder, "more.jsonl"), '{"id":"next","title":"渡轮停航","body":"大桥通车后渡轮停航。"}\n');
  assert.equal((await cli("import", join(folder, "more.jsonl"))).exitCode, 0);
  assert.match((await cli("search", "大桥", "--mode", "keyword")).stdout, /^2 found/);
});

test("wenxun backup refuses a target that is a file, and leaves it alone", async () => {
  const folder = createTestFolder();
  await createTestArchive(join(folder, "archive"));
  writeFileSync(join(folder, "file"), "mine");
  const { exitCode, stderr } = await runCli(["backup", "file"], { workingFolder: folder });
  assert.equal(exitCode, 2);
  assert.match(stderr, /is no folder/);
  assert.equal(readFileSync(join(folder, "file"), "utf8"), "mine");
});

test("wenxun reindex has nothing to do where the encoder is the same", async () => {
  const { exitCode, stdout } = await run(["reindex", "--compact"]);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^0 articles indexed/);
});

test("wenxun verify passes a sound archive, fails a damaged one, and repairs it", async () => {
  assert.match((await run(["verify"])).stdout, /^4 articles, 1 segment, 4 rows: sound/);

  const folder = createTestFolder();
  const archive = join(folder, "archive");
  await createTestArchive(archive);
  const [segment = ""] = readdirSync(join(archive, "segments"));
  const file = join(archive, "segments", segment);
  truncateSync(file, statSync(file).size - 100);

  const damaged = await runCli(["verify"], { workingFolder: folder });
  assert.equal(damaged.exitCode, 1);
  assert.match(damaged.stdout, /damaged\n {2}/);
  assert.match(damaged.stderr, /wenxun verify --repair/);

  const repaired = await runCli(["verify", "--repair"], { workingFolder: folder });
  assert.equal(repaired.exitCode, 0, repaired.stderr);
  assert.match(repaired.stdout, /^4 articles, .*: sound/);
  assert.equal((await runCli(["verify"], { workingFolder: folder })).exitCode, 0);
});
