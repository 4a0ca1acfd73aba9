import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { expandPaths } from "./paths.ts";

const folder = mkdtempSync(join(tmpdir(), "wenxun-paths-"));
after(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]): string => join(folder, ...names);
mkdirSync(at("deep.jsonl"));
for (const name of ["b.jsonl", "a.jsonl", "c.csv", "[odd].jsonl", "deep.jsonl/d.jsonl"])
  writeFileSync(at(name), "12345");

test("patterns become their files, sorted, folders left out", async () => {
  const { paths, unmatched, totalBytes } = await expandPaths([at("*.jsonl")]);
  assert.deepEqual(paths, [at("[odd].jsonl"), at("a.jsonl"), at("b.jsonl")]);
  assert.deepEqual(unmatched, []);
  assert.equal(totalBytes, 15);
  assert.deepEqual((await expandPaths([at("**/d*.jsonl")])).paths, [at("deep.jsonl", "d.jsonl")]);
});

test("the order given is kept and no file comes twice", async () => {
  const inputs = [at("c.csv"), at("*.jsonl"), at("a.jsonl"), at("[odd].jsonl")];
  assert.deepEqual((await expandPaths(inputs)).paths, [at("c.csv"), at("[odd].jsonl"), at("a.jsonl"), at("b.jsonl")]);
});

test("a pattern without files is reported; a plain name is left to be opened", async () => {
  const { paths, unmatched } = await expandPaths([at("*.xml"), at("gone.jsonl")]);
  assert.deepEqual(paths, [at("gone.jsonl")]);
  assert.deepEqual(unmatched, [at("*.xml")]);
});

test("with standard input the size is unknown", async () => {
  assert.deepEqual(await expandPaths(["-", "-", at("a.jsonl")]), {
    paths: ["-", at("a.jsonl")],
    unmatched: [],
    totalBytes: undefined,
  });
});
