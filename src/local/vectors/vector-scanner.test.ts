import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { codeBytes, quantizeVector } from "../../search/codes/quantize.ts";
import { scoreCode, tableBytes, writeQueryTables } from "../../search/codes/query-tables.ts";
import { codeWordOf } from "../../search/codes/sample-order.ts";
import type { CandidatePool, NearestRow } from "../read/snapshot.ts";
import { keepPooled, wantedCandidates } from "./candidate-pool.ts";
import { readCodeWord, shareCodes } from "./code-blocks.ts";
import { planScan } from "./scan-layout.ts";
import { createVectorScanner, type VectorScanner, type VectorScannerOptions } from "./vector-scanner.ts";

/** Cosines are right to this. */
const TOLERANCE = 1e-4;

interface Stored {
  readonly vectors: readonly (Float32Array | undefined)[];
  readonly codes: Uint8Array;
  readonly readRecords: (row: number, count: number, target: Uint8Array) => void;
  /** Cosine of a row as stored, reckoned in floating point; undefined without a vector. */
  readonly cosine: (row: number, query: Float32Array) => number | undefined;
}

function store(vectors: readonly (Float32Array | undefined)[], dimensions: number): Stored {
  const recordBytes = dimensions + 4;
  const codes = new Uint8Array(vectors.length * codeBytes(dimensions));
  const records = new Uint8Array(vectors.length * recordBytes);
  const view = new DataView(records.buffer);
  const valuesOf = (row: number): Int8Array => new Int8Array(records.buffer, row * recordBytes, dimensions);
  for (const [row, vector] of vectors.entries()) {
    if (vector === undefined) continue;
    const code = codes.subarray(row * codeBytes(dimensions), (row + 1) * codeBytes(dimensions));
    view.setFloat32(row * recordBytes + dimensions, quantizeVector(vector, valuesOf(row), code), true);
  }
  return {
    vectors,
    codes,
    readRecords: (row, count, target) => target.set(records.subarray(row * recordBytes, (row + count) * recordBytes)),
    cosine: (row, query) => {
      if (vectors[row] === undefined) return undefined;
      const values = valuesOf(row);
      let dot = 0;
      let squares = 0;
      // By number: an iterator makes it several times as slow, and some tests ask for millions of values.
      for (let d = 0; d < dimensions; d++) {
        const value = values[d] as number;
        dot += value * (query[d] as number);
        squares += value * value;
      }
      return dot / Math.sqrt(squares);
    },
  };
}

/** Numbers in [0, 1) that depend on the seed alone (Mulberry32). */
function createRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function toUnit(values: Float32Array): Float32Array {
  let squares = 0;
  for (const value of values) squares += value * value;
  const norm = Math.sqrt(squares);
  return values.map((value) => value / norm);
}

/** A scanner over codes that are at hand, row by row. */
function createScanner({
  codes,
  ...shape
}: Omit<VectorScannerOptions, "codes"> & { codes: Uint8Array }): VectorScanner {
  return createVectorScanner({ ...shape, codes: shareCodes(codes, planScan(shape.dimensions, shape.rows)) });
}

const randomUnit = (dimensions: number, random: () => number): Float32Array =>
  toUnit(Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5));

/** Random vectors around one centre in 50 rows, with copies and gaps. */
function randomVectors(rows: number, dimensions: number, random: () => number): (Float32Array | undefined)[] {
  const centres = Array.from({ length: Math.ceil(rows / 50) }, () => randomUnit(dimensions, random));
  const vectors: (Float32Array | undefined)[] = [];
  for (let row = 0; row < rows; row++) {
    const kind = random();
    const centre = centres[Math.floor(random() * centres.length)];
    const noise = randomUnit(dimensions, random);
    if (kind < 0.1) vectors.push(undefined);
    else if (kind < 0.3 && row > 0) vectors.push(vectors[Math.floor(random() * row)]);
    else vectors.push(toUnit(noise.map((value, d) => value * 0.8 + (centre?.[d] ?? 0))));
  }
  return vectors;
}

const cases = fc.record({
  seed: fc.integer(),
  dimensions: fc.oneof(fc.constantFrom(8, 64, 256, 1024), fc.integer({ min: 1, max: 300 })),
  rows: fc.oneof(fc.integer({ min: 0, max: 70 }), fc.constant(600)),
  range: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1.2, noNaN: true })),
  allowed: fc.constantFrom(undefined, 0, 0.02, 0.5, 1),
  limit: fc.constantFrom(0, 1, 3, 10, 100, 5000),
});

test("finds exactly the nearest rows of any range and mask, in every dimension", () => {
  fc.assert(
    fc.property(cases, fc.boolean(), ({ seed, dimensions, rows, range, allowed, limit }, simd) => {
      const random = createRandom(seed);
      const stored = store(randomVectors(rows, dimensions, random), dimensions);
      const query = randomUnit(dimensions, random);
      const [from, to] = [Math.floor(range[0] * rows), Math.floor(range[1] * rows)];
      const allow = allowed === undefined ? undefined : Uint8Array.from({ length: rows }, () => +(random() < allowed));
      // The same in two masks, each of which lets through what the other may not.
      const masks = allow && [allow.map((flag) => flag | +(random() < 0.5)), allow];
      const scanner = createScanner({ dimensions, rows, codes: stored.codes, simd });
      const found = scanner.nearest(query, { from, to, masks, limit, readRecords: stored.readRecords });
      const candidates: number[] = [];
      for (let row = from; row < Math.min(to, rows); row++)
        if (allow?.[row] !== 0 && stored.vectors[row] !== undefined) candidates.push(row);
      assertNearest(found, candidates, limit, (row) => stored.cosine(row, query) ?? NaN);
    }),
    { numRuns: 100 },
  );
});

/** That `found` are the best of `candidates`, in order, up to the tolerance. */
function assertNearest(
  found: readonly NearestRow[],
  candidates: readonly number[],
  limit: number,
  cosine: (row: number) => number,
): void {
  assert.equal(found.length, Math.min(limit, candidates.length));
  const rows = new Set(found.map(({ row }) => row));
  const allowed = new Set(candidates);
  assert.equal(rows.size, found.length);
  for (const [index, { row, similarity }] of found.entries()) {
    assert.ok(allowed.has(row), `row ${row} may be returned`);
    assert.ok(Math.abs(similarity - cosine(row)) < TOLERANCE, `${similarity} is the cosine ${cosine(row)}`);
    const next = found[index + 1];
    if (next === undefined) break;
    assert.ok(
      similarity > next.similarity || (similarity === next.similarity && row < next.row),
      "best first, then row",
    );
  }
  const worst = found.at(-1);
  if (worst === undefined) return;
  for (const row of candidates) {
    if (rows.has(row)) continue;
    assert.ok(cosine(row) < worst.similarity + TOLERANCE, `row ${row} is no nearer`);
    if (cosine(row) === cosine(worst.row)) assert.ok(row > worst.row, "the lower row of equals");
  }
}

test("gives the same answers in WebAssembly and in JavaScript where codes choose the candidates", (t) => {
  const dimensions = 96;
  const rows = 20_000;
  const random = createRandom(7);
  const stored = store(randomVectors(rows, dimensions, random), dimensions);
  const allow = Uint8Array.from({ length: rows }, () => +(random() < 0.7));
  const scalar = createScanner({ dimensions, rows, codes: stored.codes, simd: false });
  const simd = createScanner({ dimensions, rows, codes: stored.codes });
  assert.equal(scalar.kind, "scalar");
  if (simd.kind === "scalar")
    return t.skip("no WebAssembly SIMD here, or the kernel has not been built (npm run build)");
  for (const range of [
    { from: 0, to: rows },
    { from: 13, to: rows - 5, masks: [allow] },
  ]) {
    for (const limit of [10, 2000, 9000]) {
      const query = randomUnit(dimensions, random);
      const options = { ...range, limit, readRecords: stored.readRecords };
      const expected = scalar.nearest(query, options);
      assert.equal(expected.length, limit);
      assert.deepEqual(simd.nearest(query, options), expected);
    }
  }
});

test("misses hardly any of the nearest rows where codes choose the candidates", () => {
  const dimensions = 128;
  const rows = 30_000;
  const random = createRandom(11);
  const stored = store(randomVectors(rows, dimensions, random), dimensions);
  const scanner = createScanner({ dimensions, rows, codes: stored.codes });
  let hits = 0;
  const limit = 10;
  const queries = 20;
  for (let index = 0; index < queries; index++) {
    const near = stored.vectors[Math.floor(random() * rows)] ?? randomUnit(dimensions, random);
    const noise = randomUnit(dimensions, random);
    const query = toUnit(near.map((value, d) => value + 0.4 * (noise[d] ?? 0)));
    const found = scanner.nearest(query, { from: 0, to: rows, limit, readRecords: stored.readRecords });
    const cosines = stored.vectors.map((_, row) => stored.cosine(row, query) ?? -1).sort((a, b) => b - a);
    const worst = cosines[limit - 1] ?? 0;
    hits += found.filter(({ similarity }) => similarity > worst - TOLERANCE).length;
  }
  assert.ok(hits >= 0.97 * limit * queries, `${hits} of ${limit * queries}`);
});

test("never returns rows without a vector, even if nothing else scores as well", () => {
  const dimensions = 64;
  const rows = 20_000;
  const vectors: (Float32Array | undefined)[] = new Array(rows);
  const opposite = new Float32Array(dimensions).fill(-1 / 8);
  vectors[17_001] = opposite;
  vectors[9] = opposite;
  const stored = store(vectors, dimensions);
  const query = opposite.map((value) => -value);
  for (const simd of [true, false]) {
    const scanner = createScanner({ dimensions, rows, codes: stored.codes, simd });
    const found = scanner.nearest(query, { from: 0, to: rows, limit: 10, readRecords: stored.readRecords });
    assert.deepEqual(
      found.map(({ row }) => row),
      [9, 17_001],
    );
  }
});

test("is right about the first rows where most of a range are candidates", () => {
  const dimensions = 32;
  const rows = 17_000;
  const random = createRandom(13);
  const stored = store(randomVectors(rows, dimensions, random), dimensions);
  const query = randomUnit(dimensions, random);
  const scanner = createScanner({ dimensions, rows, codes: stored.codes });
  const found = scanner.nearest(query, { from: 0, to: rows, limit: 15_000, readRecords: stored.readRecords });
  const candidates = [...stored.vectors.keys()].filter((row) => stored.vectors[row] !== undefined);
  assertNearest(found.slice(0, 500), candidates, 500, (row) => stored.cosine(row, query) ?? NaN);
});

test("adds up the largest numbers that vectors can have", () => {
  const dimensions = 1024;
  const vector = new Float32Array(dimensions).fill(1 / 32);
  const stored = store([vector], dimensions);
  for (const simd of [true, false]) {
    const scanner = createScanner({ dimensions, rows: 1, codes: stored.codes, simd });
    const [found] = scanner.nearest(vector, { from: 0, to: 1, limit: 1, readRecords: stored.readRecords });
    assert.ok(Math.abs((found?.similarity ?? 0) - 1) < TOLERANCE);
  }
});

test("takes queries that have no direction or are not numbers", () => {
  const stored = store(randomVectors(40, 64, createRandom(3)), 64);
  const scanner = createScanner({ dimensions: 64, rows: 40, codes: stored.codes });
  const options = { from: 0, to: 40, limit: 5, readRecords: stored.readRecords };
  for (const value of [0, NaN])
    for (const { similarity } of scanner.nearest(new Float32Array(64).fill(value), options))
      assert.equal(similarity, 0);
});

test("finds over several segments, with one pool, at least what it finds in one that holds all rows", () => {
  const dimensions = 64;
  const parts = [24_000, 17_000, 20_000];
  const rows = 61_000;
  const random = createRandom(5);
  const stored = store(randomVectors(rows, dimensions, random), dimensions);
  const size = codeBytes(dimensions);
  const whole = createScanner({ dimensions, rows, codes: stored.codes });
  let base = 0;
  const segments = parts.map((length) => {
    const first = base;
    base += length;
    const codes = stored.codes.subarray(first * size, base * size);
    return { first, length, scanner: createScanner({ dimensions, rows: length, codes }) };
  });
  for (let round = 0; round < 2; round++) {
    const query = randomUnit(dimensions, random);
    const read = { pooled: 0, alone: 0 };
    const nearestOf = (kind: keyof typeof read, pool?: CandidatePool): NearestRow[] =>
      segments
        .map(({ first, length, scanner }) => {
          const readRecords = (row: number, count: number, target: Uint8Array): void => {
            read[kind] += count;
            stored.readRecords(first + row, count, target);
          };
          const options = { from: 0, to: length, limit: 20, readRecords, pool };
          const { candidates = assert.fail() } = scanner.scanCodes(query, options);
          return {
            first,
            finish: () => {
              const rows = keepPooled(candidates, pool ?? {}, wantedCandidates(options));
              return scanner.compare(query, { ...options, rows });
            },
          };
        })
        .flatMap(({ first, finish }) => finish().map(({ row, similarity }) => ({ row: first + row, similarity })))
        .sort((a, b) => b.similarity - a.similarity || a.row - b.row)
        .slice(0, 20);
    const expected = whole.nearest(query, { from: 0, to: rows, limit: 20, readRecords: stored.readRecords });
    for (const found of [nearestOf("pooled", {}), nearestOf("alone")]) {
      assert.equal(found.length, expected.length);
      for (const [index, { similarity }] of expected.entries())
        assert.ok((found[index]?.similarity ?? -1) >= similarity, `place ${index}`);
    }
    assert.ok(read.pooled < 0.5 * read.alone, "fewer records are read");
  }
});

test("a code scores the same wherever it is scored, and its word is read from the blocks", () => {
  for (const dimensions of [32, 256]) {
    const random = createRandom(dimensions);
    const vectors = Array.from({ length: 70 }, (_, row) =>
      row % 9 === 4 ? undefined : toUnit(Float32Array.from({ length: dimensions }, () => random() - 0.5)),
    );
    const { codes } = store(vectors, dimensions);
    const layout = planScan(dimensions, vectors.length);
    const shared = shareCodes(codes, layout);
    const query = toUnit(Float32Array.from({ length: dimensions }, () => random() - 0.5));
    const tables = new Uint8Array(tableBytes(layout));
    writeQueryTables(query, layout, tables);
    const rows = [...vectors.keys()].filter((row) => vectors[row] !== undefined);
    const codeOf = (row: number): Uint8Array => codes.subarray(row * layout.codeBytes, (row + 1) * layout.codeBytes);
    for (const simd of [true, false]) {
      const scanner = createVectorScanner({ dimensions, rows: vectors.length, codes: shared, simd });
      assert.deepEqual(
        scanner.codeScores(query, rows),
        rows.map((row) => scoreCode(codeOf(row), tables)),
      );
    }
    const blocks = new Uint8Array(shared.buffer);
    assert.deepEqual(
      [...vectors.keys()].map((row) => readCodeWord(blocks, layout.codeBytes, row)),
      vectors.map((vector, row) => (vector === undefined ? undefined : codeWordOf(codeOf(row)))),
    );
  }
});
