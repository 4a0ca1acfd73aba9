/**
 * What short vectors cost: how much of float's quality int8, signs alone, and signs with rescoring keep, at 256, 128 and 64
 * dimensions, with the product's own codes, kernel and number of candidates.
 *
 *     node bench/codes.ts DIR [QUERIES]               DIR: a judged set, as for `wenxun eval`; 300 queries by default
 *
 * Sets of fewer documents than 16,384 say nothing about the last column: there the product compares all int8 values anyway.
 */

import { loadStaticEncoder } from "../src/encoder/static/static-encoder.ts";
import { type JudgedQuery, loadJudgedSet } from "../src/eval/beir.ts";
import { withoutOperators } from "../src/eval/evaluate.ts";
import { ndcgAt } from "../src/eval/metrics.ts";
import { CandidateScan } from "../src/local/vectors/candidates.ts";
import { shareCodes } from "../src/local/vectors/code-blocks.ts";
import { createScanKernel } from "../src/local/vectors/create-scan-kernel.ts";
import { planScan } from "../src/local/vectors/scan-layout.ts";
import { createVectorScanner } from "../src/local/vectors/vector-scanner.ts";
import { codeBytes, quantizeVector } from "../src/search/codes/quantize.ts";
import { writeQueryTables } from "../src/search/codes/query-tables.ts";
import { embeddingText } from "../src/search/embedding-text.ts";

const DEPTH = 10;
/** A query that is a document of the set finds itself, and is left out afterwards. */
const LIMIT = DEPTH + 1;

type Ranker = (query: Float32Array) => readonly number[];

const [folder, wanted = "300"] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node bench/codes.ts DIR [QUERIES]");
const set = await loadJudgedSet(folder);
const step = Math.max(1, set.queries.length / Number(wanted));
const queries = Array.from(
  { length: Math.min(set.queries.length, Number(wanted)) },
  (_, index) => set.queries[Math.floor(index * step)] as JudgedQuery,
);
const encoder = await loadStaticEncoder();
const documentVectors = await encoder.encode(
  set.documents.map(({ title, text }) => embeddingText({ title, body: text })),
  { role: "document" },
);
const queryVectors = await encoder.encode(
  queries.map(({ text }) => withoutOperators(text)),
  { role: "query" },
);

console.log(`${folder}: ${set.documents.length} documents, ${queries.length} queries\n`);
console.log("| dimensions | stored as | bytes | nDCG@10 | of float 256 | recall@10 of float |");
console.log("|---|---|---|---|---|---|");
let best: number | undefined;
for (const dimensions of [256, 128, 64]) {
  const rankers = createRankers(dimensions);
  const exact = rank(rankers[0]?.rank as Ranker, dimensions);
  for (const { name, bytes, rank: ranker } of rankers) {
    const rankings = rank(ranker, dimensions);
    const quality = mean(rankings.map((ids, index) => ndcgAt(DEPTH, ids, (queries[index] as JudgedQuery).grades)));
    best ??= quality;
    const overlap = mean(rankings.map((ids, index) => ids.filter((id) => exact[index]?.includes(id)).length / DEPTH));
    const kept = `${((100 * quality) / best).toFixed(1)} %`;
    console.log(`| ${dimensions} | ${name} | ${bytes} | ${quality.toFixed(3)} | ${kept} | ${overlap.toFixed(3)} |`);
  }
}

/** The first ten documents of each query. */
function rank(ranker: Ranker, dimensions: number): string[][] {
  return queryVectors.map((vector, index) => {
    if (vector === undefined) return [];
    const found = ranker(shorten(vector, dimensions)).map((row) => set.documents[row]?.id ?? "");
    return found.filter((id) => id !== queries[index]?.id).slice(0, DEPTH);
  });
}

function createRankers(dimensions: number): { name: string; bytes: number; rank: Ranker }[] {
  const rows = documentVectors.length;
  const codeSize = codeBytes(dimensions);
  const floats = new Float32Array(rows * dimensions);
  const codes = new Uint8Array(rows * codeSize);
  const recordBytes = dimensions + 4;
  const records = new Uint8Array(rows * recordBytes);
  const rounded = new Float32Array(rows * dimensions);
  for (const [row, vector] of documentVectors.entries()) {
    if (vector === undefined) continue;
    const short = shorten(vector, dimensions);
    floats.set(short, row * dimensions);
    const values = new Int8Array(records.buffer, row * recordBytes, dimensions);
    const scale = quantizeVector(short, values, codes.subarray(row * codeSize, (row + 1) * codeSize));
    new DataView(records.buffer).setFloat32(row * recordBytes + dimensions, scale, true);
    rounded.set(
      Array.from(values, (value) => value * scale),
      row * dimensions,
    );
  }
  const layout = planScan(dimensions, rows);
  const shared = shareCodes(codes, layout);
  const kernel = createScanKernel(layout, shared, true);
  const scan = new CandidateScan(kernel, layout);
  const scanner = createVectorScanner({ dimensions, rows, codes: shared });
  const readRecords = (row: number, count: number, target: Uint8Array): void =>
    target.set(records.subarray(row * recordBytes, (row + count) * recordBytes));
  return [
    { name: "float", bytes: 4 * dimensions, rank: (query) => nearest(floats, query) },
    { name: "int8", bytes: recordBytes, rank: (query) => nearest(rounded, query) },
    {
      name: "1 bit × query tables",
      bytes: codeSize,
      rank: (query) => {
        writeQueryTables(query, layout, new Uint8Array(kernel.scratch, layout.tables));
        const found = scan.find({ from: 0, to: rows, wanted: LIMIT, masked: false, pool: {} });
        const order = Array.from(found.rows.keys());
        order.sort((a, b) => (found.scores[b] as number) - (found.scores[a] as number));
        return order.map((index) => found.rows[index] as number);
      },
    },
    {
      name: "1 bit × query tables, then int8",
      bytes: codeSize + recordBytes,
      rank: (query) => scanner.nearest(query, { from: 0, to: rows, limit: LIMIT, readRecords }).map(({ row }) => row),
    },
  ];
}

/** The first values, made unit length again. */
function shorten(vector: Float32Array, dimensions: number): Float32Array {
  const cut = vector.subarray(0, dimensions);
  const norm = Math.hypot(...cut);
  return cut.map((value) => value / norm);
}

/** The rows with the highest dot products, best first. */
function nearest(vectors: Float32Array, query: Float32Array): number[] {
  const scores = new Float64Array(vectors.length / query.length);
  for (let row = 0; row < scores.length; row++) {
    let sum = 0;
    const base = row * query.length;
    for (let index = 0; index < query.length; index++)
      sum += (query[index] as number) * (vectors[base + index] as number);
    scores[row] = sum;
  }
  const floor = scores.toSorted().at(-LIMIT) ?? Number.NEGATIVE_INFINITY;
  const rows = Array.from(scores.keys()).filter((row) => (scores[row] as number) >= floor);
  return rows.sort((a, b) => (scores[b] as number) - (scores[a] as number)).slice(0, LIMIT);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
