import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createRandom } from "../../bench/million/random.ts";
import { readSearches } from "../../bench/peers/given.ts";
import { findThresholds, judgeAnswers } from "../../bench/peers/judge.ts";
import { randomRange } from "../../bench/peers/make-queries.ts";
import type { PeerQuery, PeerRange } from "../../bench/peers/protocol.ts";

const DIMENSIONS = 4;
const ROWS = 5000;

const rangeOf = (share: number, fromRow: number, toRow: number): PeerRange => ({
  share,
  firstDay: fromRow,
  lastDay: toRow - 1,
  fromRow,
  toRow,
});

test("the exact scan finds the cosine of the tenth nearest within each range", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-bench-test-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const random = createRandom(3);
  const vectors = Float32Array.from({ length: ROWS * DIMENSIONS }, () => random.normal());
  const file = join(folder, "vectors.f32");
  writeFileSync(file, new Uint8Array(vectors.buffer));
  const query: PeerQuery = {
    text: "",
    vector: [0.5, -0.5, 0.5, 0.5],
    ranges: [rangeOf(1, 0, ROWS), rangeOf(0.1, 4090, 4590), rangeOf(0.001, 7, 10)],
  };
  const [found = []] = findThresholds(file, { rows: ROWS, dimensions: DIMENSIONS, encoder: "" }, [query]);
  const scores = Array.from({ length: ROWS }, (_, row) =>
    query.vector.reduce((sum, value, index) => sum + value * (vectors[row * DIMENSIONS + index] as number), 0),
  );
  const expected = query.ranges.map(({ fromRow, toRow }) => {
    const best = scores.slice(fromRow, toRow).sort((a, b) => b - a);
    return best[Math.min(10, best.length) - 1] as number;
  });
  found.forEach((score, index) => {
    assert.ok(Math.abs(score - (expected[index] as number)) < 1e-6);
  });
});

test("a verdict tells recall, ties included, searches that found too few, and hits outside of the days", () => {
  const queries = [{ text: "", vector: [], ranges: [rangeOf(0.1, 10, 30)] }];
  // Rows 10–21 are as near as can be: any ten of them are right.
  const cosine = (_query: number, row: number): number => (row <= 21 ? 0.9 : 0.1);
  const rows = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);
  const answer = (hybrid: number[], nearest: number[]) => ({ query: 0, share: 0.1, ms: 1, hybrid, nearest });
  const judge = (...answers: ReturnType<typeof answer>[]) => judgeAnswers(answers, queries, [[0.9]], cosine)[0];

  assert.deepEqual(judge(answer([10], rows(12, 10))), {
    share: 0.1,
    ms: { count: 1, p50: 1, p95: 1, p99: 1, max: 1 },
    recall: 1,
    starved: 0,
    outside: 0,
  });
  const half = judge(answer([9, 10, 30], rows(17, 10)), answer([], rows(10, 5)));
  assert.equal(half?.recall, 0.5);
  assert.equal(half?.starved, 0.5);
  assert.equal(half?.outside, 2);
  assert.equal(judge(answer([], [10, 10, 10]))?.recall, 0.1, "a row counts once");
});

test("a range holds whole days", () => {
  const days = Int32Array.from({ length: 1000 }, (_, row) => Math.floor(row / 7));
  for (const seed of [1, 2, 3]) {
    const { firstDay, lastDay, fromRow, toRow } = randomRange(days, 0.1, createRandom(seed));
    assert.ok(toRow - fromRow >= 100);
    const within = [...days].flatMap((day, row) => (day >= firstDay && day <= lastDay ? [row] : []));
    assert.deepEqual([within[0], within.length], [fromRow, toRow - fromRow]);
  }
});

test("every query is asked in every range, with all others between", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-bench-test-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const ranges = [rangeOf(1, 0, 9), rangeOf(0.1, 0, 3), rangeOf(0.001, 0, 1)];
  const queries = Array.from({ length: 10 }, (_, index) => ({ text: `新闻${index}`, vector: [1], ranges }));
  writeFileSync(join(folder, "queries.json"), JSON.stringify(queries));
  const searches = readSearches(folder, "queries.json");
  assert.equal(new Set(searches.map(({ query, share }) => `${query} ${share}`)).size, 30);
  for (const [index, { query }] of searches.entries()) assert.equal(query, index % 10);
  const shares = searches.slice(0, 6).map(({ share }) => share);
  assert.deepEqual(shares, [1, 0.1, 0.001, 1, 0.1, 0.001]);
  assert.deepEqual(searches[3]?.terms, ["新闻", "3"]);
});
