import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { createTestFolder } from "../../../test/fakes/cli.ts";
import type { NewRow } from "./build-segment.ts";
import { buildHere, createSegmentBuilder } from "./segment-builder.ts";

const DIMENSIONS = 8;
const builder = createSegmentBuilder();
after(() => builder.close());

/** More than are built where they are asked for. */
const rowsOf = (word: string, count = 100): NewRow[] =>
  Array.from({ length: count }, (_, index) => ({
    key: index + 1,
    publishedAtMs: (index % 7) * 1000,
    sourceId: index % 3,
    categoryId: 0,
    title: `${word}第${index}号`,
    body: `${word}的正文，编号${index}。`.repeat(1 + (index % 5)),
    vector: index % 9 === 0 ? undefined : new Float32Array(DIMENSIONS).fill(index + 1),
  }));

test("a segment built in a thread is the one that is built here, byte by byte, one after the other", async () => {
  const folder = createTestFolder();
  mkdirSync(folder, { recursive: true });
  // The second has fewer terms than the first left room for.
  for (const [name, rows] of [
    ["first", rowsOf("台风登陆")],
    ["second", rowsOf("央行", 70)],
    ["small", rowsOf("洪水", 3)],
  ] as const) {
    await builder.build(join(folder, `${name}-thread`), rows, DIMENSIONS);
    await buildHere.build(join(folder, `${name}-here`), rows, DIMENSIONS);
    assert.deepEqual(readFileSync(join(folder, `${name}-thread`)), readFileSync(join(folder, `${name}-here`)), name);
  }
});

test("a segment that cannot be written is told as where it is built here, and the next one can be", async () => {
  const folder = createTestFolder();
  mkdirSync(folder, { recursive: true });
  const missing = join(folder, "missing", "segment");
  // By its code it is known whether the disk is full.
  await assert.rejects(builder.build(missing, rowsOf("台风"), DIMENSIONS), { code: "ENOENT" });
  await assert.rejects(buildHere.build(missing, rowsOf("台风"), DIMENSIONS), { code: "ENOENT" });
  const path = join(folder, "segment");
  await builder.build(path, rowsOf("台风"), DIMENSIONS);
  assert.ok(existsSync(path));
});
