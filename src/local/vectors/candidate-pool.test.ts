import assert from "node:assert/strict";
import { test } from "node:test";
import { codeBytes, quantizeVector } from "../../search/codes/quantize.ts";
import type { CandidatePool, ScoredRows } from "../read/snapshot.ts";
import { keepPooled, poolInOrder } from "./candidate-pool.ts";
import { shareCodes } from "./code-blocks.ts";
import { planScan } from "./scan-layout.ts";
import { createVectorScanner } from "./vector-scanner.ts";

const DIMENSIONS = 32;
/** Wide enough for codes to choose. */
const ROWS = 17_000;
const SEGMENTS = 4;

/** Segments of few distinct vectors, so that many rows score the same. */
function createSegments(distinct: number) {
  let state = 7;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const vectors = Array.from({ length: distinct }, () => {
    const vector = Float32Array.from({ length: DIMENSIONS }, () => next() - 0.5);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
  const size = codeBytes(DIMENSIONS);
  const codesOf = vectors.map((vector) => {
    const code = new Uint8Array(size);
    quantizeVector(vector, new Int8Array(DIMENSIONS), code);
    return code;
  });
  const scanners = Array.from({ length: SEGMENTS }, () => {
    const codes = new Uint8Array(ROWS * size);
    for (let row = 0; row < ROWS; row++)
      codes.set(codesOf[Math.floor(next() ** 2 * distinct)] as Uint8Array, row * size);
    const shared = shareCodes(codes, planScan(DIMENSIONS, ROWS));
    return createVectorScanner({ dimensions: DIMENSIONS, rows: ROWS, codes: shared });
  });
  return { vectors, scanners };
}

test("candidates of segments scanned in any order, by several, are those of one after the other", () => {
  for (const distinct of [5, 200, 5_000]) {
    const { vectors, scanners } = createSegments(distinct);
    for (const [at, candidates] of [40, 300, 1300, 2000].entries()) {
      const query = vectors[at] as Float32Array;
      const scan = (index: number, pool: CandidatePool): ScoredRows =>
        scanners[index]?.scanCodes(query, { from: 0, to: ROWS, limit: 10, candidates, pool }).candidates ??
        assert.fail();
      const one: CandidatePool = {};
      const whole = scanners.map((_, index) => scan(index, one));
      for (const helped of [1, 2, 3, SEGMENTS]) {
        const [own, theirs]: CandidatePool[] = [{}, { keepsTies: true }];
        const found: ScoredRows[] = [];
        for (let index = SEGMENTS - 1; index >= SEGMENTS - helped; index--) found[index] = scan(index, theirs ?? {});
        for (let index = 0; index < SEGMENTS - helped; index++) found[index] = scan(index, own ?? {});
        const pooled = poolInOrder(found, candidates);
        for (const few of [candidates, candidates >> 2]) {
          assert.deepEqual(
            pooled.candidates.map((rows) => [...keepPooled(rows ?? assert.fail(), pooled.pool, few)]),
            whole.map((rows) => [...keepPooled(rows, one, few)]),
            `${distinct} vectors, ${candidates} candidates, ${helped} segments helped with, ${few} compared`,
          );
        }
      }
    }
  }
});
