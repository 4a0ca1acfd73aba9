import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

const archive = join(createTestFolder(), "archive");
before(() => createTestArchive(archive));

const run = async (...args: string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await runCli([...args, "--archive", archive]);
  assert.equal(exitCode, 0, stderr);
  return stdout;
};

test("count tells matches, all articles and the share of each period, in every shape", async () => {
  const json = JSON.parse(await run("count", "大桥", "--mode", "keyword", "--interval", "year", "--json"));
  assert.deepEqual([json.query, json.interval, json.total, json.undated], ["大桥", "year", 1, 0]);
  assert.deepEqual(json.periods, [
    { start: "2024-01-01", count: 1, all: 2, share: 0.5 },
    { start: "2025-01-01", count: 0, all: 1, share: 0 },
  ]);
  const lines = (await run("count", "大桥", "--mode", "keyword", "--interval", "year", "--jsonl"))
    .trimEnd()
    .split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    json.periods,
  );
  const csv = await run("count", "大桥", "--mode", "keyword", "--interval", "year", "--csv");
  assert.equal(csv, "\ufeffstart,count,all,share\r\n2024-01-01,1,2,0.5\r\n2025-01-01,0,1,0\r\n");
  assert.match(
    await run("count", "--interval", "week"),
    /^4 found .*1 of them without a date\n\nstart +count +all +share\n2024-02-26 +1 +1 +1\n/,
  );
});

test("similar lists the nearest articles, and says where there is no such article", async () => {
  const { id, hits } = JSON.parse(await run("similar", "bridge", "--limit", "2", "--json"));
  assert.equal(id, "bridge");
  assert.ok(hits.length <= 2 && hits.every((hit: { id: string }) => hit.id !== "bridge"));
  assert.match(await run("similar", "panda"), /^day +meaning +source +id +title\n/);
  const missing = await runCli(["similar", "nothing", "--archive", archive]);
  assert.deepEqual([missing.exitCode, missing.stdout], [1, ""]);
  assert.match(missing.stderr, /no article with the id "nothing"/);
  assert.equal((await runCli(["similar", "bridge", "--limit", "0", "--archive", archive])).exitCode, 2);
});
