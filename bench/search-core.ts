/**
 * The keyword stage of a search over made-up postings: plan, score, collect, count, rank; no texts, no vectors, no disk.
 * Postings are read from memory, and decoded as those of a segment.
 *
 *     node bench/search-core.ts [ROWS] [ROUNDS]       default 1000000 40
 *
 * Rows are spread over four segments and fifteen years. A term of a query stands in the given share of the rows, at random.
 */
import type { SegmentView, Snapshot } from "../src/local/read/snapshot.ts";
import { countFacets, countHistogram } from "../src/local/search/count.ts";
import { sliceOf } from "../src/local/search/filter.ts";
import { findMatches } from "../src/local/search/keyword.ts";
import { planKeywords } from "../src/local/search/keyword-plan.ts";
import { LeafCache } from "../src/local/search/leaf-cache.ts";
import { rankByKeywords } from "../src/local/search/rank.ts";
import { RowSets } from "../src/local/search/row-sets.ts";
import { RowSpace, Scratch } from "../src/local/search/row-space.ts";
import { TermLookup } from "../src/local/search/term-lookup.ts";
import { PostingsEncoder } from "../src/local/segment/postings.ts";
import { rowsHolding } from "../src/local/terms/rows-holding.ts";
import { TermBoard, type TermSource } from "../src/local/terms/term-board.ts";
import { splitQuery } from "../src/search/matching/query-parts.ts";
import { parseQuery } from "../src/search/query.ts";
import { parseTimeRange } from "../src/search/time-range.ts";
import { FOLD_VERSION } from "../src/text/fold.ts";
import type { TermKey } from "../src/text/terms.ts";
import { ALONE } from "../src/threads/sharing/work-sharer.ts";

const NO_ROWS = { rows: new Uint32Array(), scores: new Uint32Array() };
const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 40);
const SEGMENTS = 4;
const SOURCES = 40;
const TIMEZONE = "Asia/Shanghai";
const FIRST_MS = Date.parse("2010-01-01T00:00:00Z");
const YEARS_15_MS = 15 * 365.25 * 86_400_000;
const PAGE_AND_COPIES = 110;

/** Terms of the queries below, by the share of rows that hold them. */
const SHARES = new Map<string, number>();

interface Case {
  readonly name: string;
  readonly query: string;
  /** Of each pair of the query, in order. */
  readonly shares: readonly number[];
}

const SENTENCE = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往";
const CASES: readonly Case[] = [
  { name: "a rare word (.01 %)", query: "甲乙", shares: [0.0001] },
  { name: "a common word (2 %)", query: "丙丁", shares: [0.02] },
  { name: "a very common word (40 %)", query: "戊己", shares: [0.4] },
  { name: "two very common words (40 %, 30 %)", query: "庚辛 壬癸", shares: [0.4, 0.3] },
  { name: "rare and very common words", query: "子丑 寅卯", shares: [0.0001, 0.4] },
  {
    name: "a sentence of 20 characters (1/rank, from 40 %)",
    query: SENTENCE,
    shares: Array.from({ length: SENTENCE.length - 1 }, (_, rank) => 0.4 / (rank + 1)),
  },
];

const random = createRandom(7);
const board = new TermBoard();
const snapshot = createSnapshot();
const space = new RowSpace(snapshot);
const scratch = new Scratch();
const leaves = new LeafCache();

console.log(`${rows} rows, ${SEGMENTS} segments, ${rounds} rounds; ms\n`);
console.log("query | range | matches | p50 | p95");
console.log("---|---|---|---|---");
for (const { name, query, shares } of CASES) {
  for (const [index, share] of shares.entries()) SHARES.set(pairsOf(query)[index] ?? "", share);
  for (const [range, from, to] of [
    ["all", undefined, undefined],
    ["a year", "2018-01-01", "2018-12-31"],
    ["a month", "2018-03-01", "2018-03-31"],
  ] as const) {
    const times: number[] = [];
    let matches = 0;
    for (let round = 0; round < rounds; round++) {
      const startedMs = performance.now();
      matches = searchOnce(query, from, to);
      times.push(performance.now() - startedMs);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(2);
    console.log(`${name} | ${range} | ${matches} | ${at(0.5)} | ${at(0.95)}`);
  }
}

function searchOnce(query: string, from: string | undefined, to: string | undefined): number {
  const range = parseTimeRange({ from, to }, TIMEZONE);
  const slices = snapshot.segments.map((segment) => ({ ...sliceOf(segment, range), allow: undefined }));
  const { words, phrases, tree } = parseQuery(query);
  const lookup = new TermLookup(snapshot);
  const sets = new RowSets({ snapshot, space, lookup, leaves, timezone: TIMEZONE, sharing: ALONE });
  const plan = planKeywords({
    parts: splitQuery(tree),
    texts: [...words, ...phrases],
    lookup,
    isRead: () => false,
  });
  const { matches } = findMatches({
    plan,
    sets,
    snapshot,
    space,
    slices,
    near: { places: new Uint32Array(), scores: new Uint32Array(), sureScore: 0 },
    asked: [],
    scratch,
    sharing: ALONE,
  });
  countFacets(matches, space, snapshot);
  countHistogram(matches, space, TIMEZONE);
  rankByKeywords(matches, space, PAGE_AND_COPIES);
  return matches.places.length;
}

function pairsOf(query: string): string[] {
  return query.split(" ").flatMap((word) => [...word].slice(1).map((next, index) => `${word.charAt(index)}${next}`));
}

function createSnapshot(): Snapshot {
  const segments = Array.from({ length: SEGMENTS }, (_, id) => createSegment(id, Math.floor(rows / SEGMENTS)));
  const names = (kind: string): string[] => ["", ...Array.from({ length: SOURCES }, (_, index) => `${kind}${index}`)];
  return {
    name: "bench",
    encoderFingerprint: "none",
    foldVersion: FOLD_VERSION,
    articleCount: rows,
    totalTermCount: rows * 500,
    segments,
    sources: names("source"),
    categories: names("category"),
    reading: (work) => work(),
    articles: () => [],
    articleById: () => undefined,
    locate: () => undefined,
    [Symbol.dispose]: () => {},
  };
}

function createSegment(id: number, size: number): SegmentView {
  const encoder = new PostingsEncoder();
  const known = new Map<number, { bytes: Uint8Array; documentFrequency: number; offset: number }>();
  let sectionBytes = 0;
  const postingsOf = ({ low }: TermKey): { bytes: Uint8Array; documentFrequency: number; offset: number } => {
    let term = known.get(low);
    if (term === undefined) {
      const share = SHARES.get(String.fromCharCode(low >>> 16, low & 0xffff)) ?? 0;
      const packed: number[] = [];
      for (let row = 0; row < size; row++) if (random() < share) packed.push(row * 64 + 1 + Math.floor(random() * 4));
      encoder.append(Uint32Array.from(packed), packed.length);
      const bytes = Uint8Array.from(encoder.take());
      term = { bytes, documentFrequency: packed.length, offset: sectionBytes };
      sectionBytes += bytes.length;
      known.set(low, term);
    }
    return term;
  };
  const source: TermSource = {
    path: "bench",
    rows: size,
    termCounts: Uint16Array.from({ length: size }, () => 100 + Math.floor(random() * 800)),
    find: (key) => {
      const { bytes, documentFrequency, offset } = postingsOf(key);
      return [{ high: key.high, low: key.low, documentFrequency, offset, bytes: bytes.length }];
    },
    readPostings: (offset, target) => {
      for (const { bytes, offset: start } of known.values())
        if (offset >= start && offset < start + bytes.length)
          target.set(bytes.subarray(offset - start, offset - start + target.length));
    },
  };
  return {
    id,
    rows: size,
    publishedAtMs: { length: size, at: (row) => FIRST_MS + (YEARS_15_MS * row) / size },
    sourceIds: Uint32Array.from({ length: size }, () => 1 + Math.floor(random() ** 3 * SOURCES)),
    categoryIds: Uint32Array.from({ length: size }, () => 1 + Math.floor(random() ** 3 * SOURCES)),
    termCounts: source.termCounts,
    articleKeys: Uint32Array.from({ length: size }, (_, row) => row * SEGMENTS + id),
    live: undefined,
    documentFrequency: (term) => postingsOf(term).documentFrequency,
    matchTerms: (search) => board.match(source, search, undefined),
    rowsHolding: (keys, range) => rowsHolding(source, keys, range),
    nearest: () => [],
    scanCodes: () => ({ above: NO_ROWS, candidates: NO_ROWS }),
    compare: () => [],
    codeScores: () => [],
    dimensions: 0,
    vector: () => undefined,
    codeWord: () => undefined,
    similarity: () => undefined,
  };
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function createRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let value = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
