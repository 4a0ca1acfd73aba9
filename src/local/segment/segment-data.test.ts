import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Worker } from "node:worker_threads";
import { AppError } from "../../errors.ts";
import { buildSegment } from "./build-segment.ts";
import { Segment } from "./segment.ts";
import { bytesOf, loadSegment, measureSegment } from "./segment-data.ts";
import { SegmentFile } from "./segment-file.ts";

const DIMENSIONS = 16;
const ROWS = 100;

function writeSegment(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-segment-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "1.seg");
  const rows = Array.from({ length: ROWS }, (_, index) => ({
    key: index + 1,
    publishedAtMs: index === 7 ? undefined : index * 1000,
    sourceId: index % 3,
    categoryId: index % 2,
    title: `第${index}号台风`,
    body: "港口停航",
    vector: index === 5 ? undefined : Float32Array.from({ length: DIMENSIONS }, (_, d) => (d === index % 16 ? 1 : 0)),
  }));
  buildSegment(path, rows, DIMENSIONS);
  return path;
}

test("what another thread is sent is the same memory and the same open file", async (t) => {
  const path = writeSegment(t);
  const data = await loadSegment(1, path);
  const segment = new Segment(data);
  t.after(() => segment.close());
  // The file may be gone: a merge removes it under searches that still read it.
  rmSync(path);
  const worker = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
     const { columns, codes, termBlocks, file } = workerData;
     columns.sources[0] = 47;
     new Uint8Array(codes.buffer)[0] = 200;
     const magic = Buffer.alloc(5);
     require("node:fs").readSync(file.descriptor, magic, 0, 5, 0);
     parentPort.postMessage({ magic: String(magic), terms: termBlocks.length, memory: new Uint8Array(codes.memory.buffer)[0] });`,
    { eval: true, workerData: data },
  );
  const [seen] = await once(worker, "message");
  await worker.terminate();
  assert.deepEqual(seen, { magic: "WXSEG", terms: data.termBlocks.length, memory: 200 });
  assert.equal(data.columns.sources[0], 47);
  assert.equal(new Uint8Array(data.codes.buffer)[0], 200);
});

test("two threads' segments over one data find the same, each with its own scratch", async (t) => {
  const data = await loadSegment(1, writeSegment(t));
  const [one, other] = [new Segment(data), new Segment(data)];
  t.after(() => one.close());
  const query = Float32Array.from({ length: DIMENSIONS }, (_, d) => (d === 3 ? 1 : 0));
  const [range, theirs] = [
    { from: 0, to: ROWS, limit: 3, rows: undefined },
    { from: 0, to: ROWS, limit: 3, masks: [] },
  ];
  assert.deepEqual(one.scanCodes(query, range).candidates, undefined, "so few rows are all compared");
  assert.deepEqual(other.nearest(query, theirs), one.compare(query, range));
  assert.deepEqual([...data.codes.absentRows], [6]);
  assert.ok(bytesOf(data) >= ROWS * (4 + 4 + 1 + 1 + 2 + 2));
});

test("a damaged section is found while loading", async (t) => {
  const path = writeSegment(t);
  const file = new SegmentFile(path);
  const { sections } = file.footer;
  file.close();
  const whole = readFileSync(path);
  for (const name of ["keys", "times", "sources", "categories", "counts", "codes", "blocks"] as const) {
    const damaged = Buffer.from(whole);
    const at = sections[name].offset + sections[name].bytes - 1;
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    writeFileSync(path, damaged);
    await assert.rejects(
      loadSegment(1, path),
      (error) => error instanceof AppError && error.code === "archive-damaged" && error.message.includes(name),
      name,
    );
  }
});

test("what a file will keep in memory is known before it is loaded", async (t) => {
  const path = writeSegment(t);
  const data = await loadSegment(1, path);
  t.after(() => new Segment(data).close());
  const { rows, bytes } = measureSegment(path, { sources: 2, categories: 1 });
  assert.equal(rows, ROWS);
  // Memory comes in whole pages of 64 KiB, and rows without a vector are listed.
  assert.ok(Math.abs(bytesOf(data) - bytes) <= 65_536 + 8, `${bytesOf(data)} is about ${bytes}`);
});
