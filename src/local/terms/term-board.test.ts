import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createTermSource, type Index } from "../../../test/fakes/term-source.ts";
import { AppError } from "../../errors.ts";
import type { RowRule } from "../../search/matching/match-rule.ts";
import type { TermSearch } from "../read/snapshot.ts";
import { MAX_FREQUENCY } from "../segment/postings.ts";
import type { KeyedTermEntry } from "../segment/term-directory.ts";
import { BEST_CAPACITY, planBoard } from "./board-layout.ts";
import { createBoardKernel } from "./create-board-kernel.ts";
import { TermBoard, type TermSource } from "./term-board.ts";

interface Match {
  readonly row: number;
  readonly score: number;
}

/** The same by the definition. */
function matchNaively(
  { rows, termCounts }: TermSource,
  index: Index,
  search: TermSearch,
  live: Uint8Array | undefined,
): { matches: Match[]; candidates: Match[] } {
  const matches: Match[] = [];
  const candidates: Match[] = [];
  for (let row = Math.max(0, search.from); row < Math.min(rows, search.to); row++) {
    if (live?.[row] === 0 || search.allow?.[row] === 0) continue;
    let bits = 0;
    let score = 0;
    for (const { key, weight, bits: own } of search.terms) {
      let frequency = 0;
      for (const [low, postings] of index)
        if (low >= key.low && low <= (key.lastLow ?? key.low))
          for (const [at, times] of postings) if (at === row) frequency = Math.min(MAX_FREQUENCY, frequency + times);
      if (frequency === 0) continue;
      bits |= own;
      score = Math.fround(
        score + (weight * frequency) / (frequency + (search.flat + search.perTerm * (termCounts[row] ?? 0))),
      );
    }
    const { must, joined, tables, needed, least } = search.rule;
    const covered = bits | ((bits << 1) & joined);
    let weight = 0;
    for (let byte = 0; byte < 4; byte++) weight += tables[byte * 256 + ((covered >>> (byte * 8)) & 255)] ?? 0;
    const holds = bits !== 0 && (bits & must) === must;
    if (search.everything || Array.from(search.chosen).includes(row) || (holds && weight >= needed))
      matches.push({ row: search.base + row, score });
    if (bits !== 0 && weight >= least) candidates.push({ row, score });
  }
  return { matches, candidates };
}

const toRule = (weights: readonly number[], more: Omit<RowRule, "tables">): RowRule => ({
  ...more,
  tables: Int32Array.from({ length: 1024 }, (_, place) => {
    let sum = 0;
    for (let bit = 0; bit < 8; bit++) if ((place >> bit) & 1) sum += weights[(place >> 8) * 8 + bit] ?? 0;
    return sum;
  }),
});

const bitsArbitrary = fc.oneof(
  fc.constant(0),
  fc.nat(31).map((bit) => (bit === 31 ? 0 : 1 << bit)),
  fc.nat(0x7fffffff),
);

const caseArbitrary = fc
  .record({
    rows: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1000, max: 6000 })),
    seed: fc.integer(),
    densities: fc.array(fc.constantFrom(0.001, 0.02, 0.3, 0.9), { minLength: 1, maxLength: 6 }),
    repeats: fc.constantFrom(1, 4, 63),
    bits: fc.array(bitsArbitrary, { minLength: 6, maxLength: 6 }),
    weights: fc.array(fc.nat(9000), { minLength: 31, maxLength: 31 }),
    must: fc.oneof(fc.constant(0), bitsArbitrary),
    joined: bitsArbitrary,
    needed: fc.nat(20_000),
    least: fc.integer({ min: 1, max: 5000 }),
    from: fc.nat(100),
    to: fc.nat(100),
    masks: fc.constantFrom("none", "live", "allow", "both"),
    everything: fc.constantFrom(false, false, false, true),
    isRange: fc.boolean(),
    asksBest: fc.boolean(),
  })
  .map((drawn) => {
    const random = createRandom(drawn.seed);
    const index = new Map(
      drawn.densities.map((density, low) => {
        const postings: [number, number][] = [];
        for (let row = 0; row < drawn.rows; row++)
          if (random() < density) postings.push([row, 1 + Math.floor(random() * drawn.repeats)]);
        return [low, postings] as const;
      }),
    );
    for (const [low, postings] of index) if (postings.length === 0) index.delete(low);
    const termCounts = Uint16Array.from({ length: drawn.rows }, () => Math.floor(random() * 65_536));
    const mask = (): Uint8Array => Uint8Array.from({ length: drawn.rows }, () => (random() < 0.7 ? 1 : 0));
    const [from, to] = [drawn.from, drawn.to]
      .map((part) => Math.floor((part / 100) * drawn.rows))
      .sort((a, b) => a - b);
    const search: TermSearch = {
      from: from as number,
      to: to as number,
      allow: drawn.masks === "allow" || drawn.masks === "both" ? mask() : undefined,
      terms: drawn.isRange
        ? [
            { key: { high: 0, low: 1, lastLow: 4 }, weight: 3.5, bits: drawn.bits[0] ?? 0 },
            { key: { high: 0, low: 0 }, weight: 1.25, bits: drawn.bits[1] ?? 0 },
          ]
        : drawn.bits.map((bits, low) => ({ key: { high: 0, low }, weight: 0.5 + low, bits })),
      flat: 0.3,
      perTerm: 0.002,
      rule: toRule(drawn.weights, drawn),
      base: drawn.rows * 3,
      everything: drawn.everything,
      chosen: Array.from({ length: 5 }, () => Math.floor(random() * drawn.rows)).filter(
        (row) => row >= (from as number) && row < (to as number),
      ),
    };
    const live = drawn.masks === "live" || drawn.masks === "both" ? mask() : undefined;
    return { source: createTermSource(drawn.rows, termCounts, index), index, search, live, asksBest: drawn.asksBest };
  });

function createRandom(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return (seed >>> 0) / 2 ** 32;
  };
}

for (const [kind, simd] of [
  ["simd", true],
  ["scalar", false],
] as const) {
  describe(`a board in ${kind}`, () => {
    test("is what it is called", () => {
      assert.equal(createBoardKernel(planBoard(1), simd).kind, kind);
    });

    test("finds what the definition says, scores to the last bit", () => {
      const board = new TermBoard(simd);
      fc.assert(
        fc.property(caseArbitrary, ({ source, index, search, live, asksBest }) => {
          const offered: Match[] = [];
          let floor = Number.NEGATIVE_INFINITY;
          const best = {
            get floor() {
              return floor;
            },
            offer: (row: number, score: number) => {
              offered.push({ row, score });
              floor = Math.max(floor, score / 2);
            },
          };
          const { rows, scores } = board.match(source, asksBest ? { ...search, best } : search, live);
          const expected = matchNaively(source, index, search, live);
          assert.deepEqual(
            Array.from(rows, (row, at) => ({ row, score: scores[at] })),
            expected.matches,
          );
          if (!asksBest) return;
          // All that reach the last floor are offered, none twice, and only candidates.
          const known = new Set(expected.candidates.map(({ row, score }) => `${row} ${score}`));
          assert.equal(new Set(offered.map(({ row }) => row)).size, offered.length);
          for (const { row, score } of offered) assert.ok(known.has(`${row} ${score}`));
          const rowsOffered = new Set(offered.map(({ row }) => row));
          for (const { row, score } of expected.candidates) if (score >= floor) assert.ok(rowsOffered.has(row));
        }),
        { numRuns: 150 },
      );
    });

    test("offers more of the best than there is room for at once", () => {
      const rows = BEST_CAPACITY * 3;
      const index: Index = new Map([[0, Array.from({ length: rows }, (_, row) => [row, 1] as const)]]);
      const offered: number[] = [];
      const { rows: found } = new TermBoard(simd).match(
        createTermSource(rows, new Uint16Array(rows), index),
        {
          from: 1,
          to: rows,
          terms: [{ key: { high: 0, low: 0 }, weight: 1, bits: 1 }],
          flat: 0.3,
          perTerm: 0,
          rule: toRule([1], { must: 0, joined: 0, needed: 1, least: 1 }),
          base: 0,
          everything: false,
          chosen: [],
          best: { floor: 0, offer: (row) => offered.push(row) },
        },
        undefined,
      );
      assert.equal(found.length, rows - 1);
      assert.deepEqual(offered, Array.from(found));
    });

    test("a term of more rows than the segment has is damage, and named", () => {
      const source = createTermSource(8, new Uint16Array(8), new Map([[0, [[3, 1]]]]));
      const find = (): KeyedTermEntry[] => [{ high: 0, low: 0, documentFrequency: 9, offset: 0, bytes: 1 }];
      const search: TermSearch = {
        from: 0,
        to: 8,
        terms: [{ key: { high: 0, low: 0 }, weight: 1, bits: 1 }],
        flat: 0.3,
        perTerm: 0,
        rule: toRule([1], { must: 0, joined: 0, needed: 1, least: 1 }),
        base: 0,
        everything: false,
        chosen: [],
      };
      assert.throws(
        () => new TermBoard(simd).match({ ...source, find }, search, undefined),
        (error) => error instanceof AppError && error.code === "archive-damaged" && /test\.seg/.test(error.message),
      );
    });
  });
}
