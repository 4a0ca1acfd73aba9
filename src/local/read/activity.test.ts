import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, mock, test } from "node:test";
import { ActivityFile, readActivity } from "./activity.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wenxun-activity-"));
  mock.timers.enable({ apis: ["setInterval", "Date"], now: 1_000_000 });
});

afterEach(() => {
  mock.timers.reset();
  rmSync(folder, { recursive: true, force: true });
});

test("what takes longer than a moment is shown to others, with its progress, until it ends", () => {
  const file = new ActivityFile(folder);
  file.show("import", 0);
  assert.equal(readActivity(folder), undefined, "it may be done at once");
  mock.timers.tick(600);
  assert.deepEqual(readActivity(folder), { what: "import", startedAtMs: 1_000_000, done: 0 });
  file.knowShare(0.25);
  mock.timers.tick(600);
  file.show("import", 500);
  mock.timers.tick(600);
  const { done, share, startedAtMs } = readActivity(folder) ?? assert.fail();
  assert.deepEqual({ done, share, startedAtMs }, { done: 500, share: 0.25, startedAtMs: 1_000_000 });
  file.show("merge", 10, 0.5);
  mock.timers.tick(600);
  assert.equal(readActivity(folder)?.what, "merge");
  assert.equal(readActivity(folder)?.startedAtMs, 1_001_800);
  file[Symbol.dispose]();
  assert.equal(readActivity(folder), undefined);
  assert.deepEqual(readdirSync(folder), []);
});

test("a long silence does not end it, since the process says that it lives", () => {
  using file = new ActivityFile(folder);
  file.show("import", 1);
  mock.timers.tick(60_000);
  assert.equal(readActivity(folder)?.done, 1);
});

test("what a killed process left is not shown, and the next writer removes it", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const file = new ActivityFile(folder);
  file.show("reindex", 5, 0.5);
  mock.timers.tick(600);
  const path = join(folder, "activity.json");
  const left = { ...(JSON.parse(readFileSync(path, "utf8")) as object), pid };
  file[Symbol.dispose]();
  writeFileSync(path, JSON.stringify(left));
  assert.equal(readActivity(folder), undefined, "no such process");
  writeFileSync(path, JSON.stringify({ ...left, host: "another-machine" }));
  assert.equal(readActivity(folder)?.done, 5, "it may live elsewhere");
  mock.timers.tick(31_000);
  assert.equal(readActivity(folder), undefined, "it says nothing any more");
  new ActivityFile(folder)[Symbol.dispose]();
  assert.equal(existsSync(path), false);
});

test("a damaged file is none", () => {
  for (const text of ["", "null", "{", '{"what":"dance"}', '{"what":"merge","pid":-1}', "[]"]) {
    writeFileSync(join(folder, "activity.json"), text);
    assert.equal(readActivity(folder), undefined, text);
  }
});
