import type { Article } from "../../src/archive/article.ts";
import type {
  ArchiveReader,
  NearestOptions,
  NearestRow,
  SegmentView,
  Snapshot,
  StoredArticle,
} from "../../src/local/read/snapshot.ts";
import type { FolderInfo } from "../../src/local/store/database.ts";
import { codeBytes, quantizeVector } from "../../src/search/codes/quantize.ts";
import { codeWordOf } from "../../src/search/codes/sample-order.ts";
import { FOLD_VERSION, foldText } from "../../src/text/fold.ts";
import { scanTerms, type TermKey } from "../../src/text/terms.ts";

/** An article of the fake archive: its vector is given, and `dead` makes it a row that a later commit replaced. */
export interface FakeArticle extends Article {
  readonly vector?: Float32Array | undefined;
  readonly dead?: boolean | undefined;
}

export interface FakeArchiveOptions {
  /** Articles are dealt out to this many segments in turn. Default 2. */
  readonly segments?: number;
  readonly timezone?: string;
  readonly dimensions?: number;
  readonly name?: string;
  /** Default: that of `createFakeEncoder()`. */
  readonly encoderFingerprint?: string;
}

/** A term of a title counts this many times. */
export const TITLE_WEIGHT = 3;

/** An archive held in arrays and maps, for tests: nothing clever, so that it can be believed. */
export function createMemoryArchive(articles: readonly FakeArticle[], options: FakeArchiveOptions = {}): ArchiveReader {
  const info: FolderInfo = {
    folder: "memory",
    formatVersion: 1,
    foldVersion: FOLD_VERSION,
    encoderFingerprint: "fake",
    dimensions: options.dimensions ?? 16,
    timezone: options.timezone ?? "Asia/Shanghai",
    createdAtMs: 0,
  };
  const snapshot = createMemorySnapshot(articles, options);
  return { info, snapshot: async () => snapshot, activity: () => undefined, close: async () => {} };
}

export function createMemorySnapshot(articles: readonly FakeArticle[], options: FakeArchiveOptions = {}): Snapshot {
  const sources = [""];
  const categories = [""];
  const dealt: { key: number; article: FakeArticle }[][] = Array.from({ length: options.segments ?? 2 }, () => []);
  articles.forEach((article, key) => {
    dealt[key % dealt.length]?.push({ key, article });
  });
  const segments = dealt.map((rows, id) => createMemorySegment(id, rows, sources, categories));
  const stored = (key: number): StoredArticle | undefined => {
    const article = articles[key];
    if (article === undefined || article.dead === true) return undefined;
    const { vector: _vector, dead: _dead, ...shown } = article;
    return { ...shown, key };
  };
  return {
    name: options.name ?? "fake-1",
    encoderFingerprint: options.encoderFingerprint ?? "fake-64",
    foldVersion: FOLD_VERSION,
    articleCount: articles.filter(({ dead }) => dead !== true).length,
    totalTermCount: segments.reduce((sum, { termCounts }) => sum + termCounts.reduce((a, b) => a + b, 0), 0),
    segments,
    sources,
    categories,
    reading: (work) => work(),
    articles: (keys) => keys.map(stored),
    articleById: (id) => {
      const key = articles.findIndex((article) => article.id === id && article.dead !== true);
      return key < 0 ? undefined : stored(key);
    },
    locate: (key) => {
      for (const segment of segments) {
        const row = segment.articleKeys.indexOf(key);
        if (row >= 0) return { segment, row };
      }
      return undefined;
    },
    [Symbol.dispose]: () => {},
  };
}

function idOf(name: string | undefined, names: string[]): number {
  if (name === undefined) return 0;
  const known = names.indexOf(name);
  return known >= 0 ? known : names.push(name) - 1;
}

function createMemorySegment(
  id: number,
  unordered: readonly { key: number; article: FakeArticle }[],
  sources: string[],
  categories: string[],
): SegmentView {
  const timeOf = (article: Article): number => article.publishedAtMs ?? Number.NEGATIVE_INFINITY;
  const rows = unordered.toSorted((a, b) => {
    const [first, second] = [timeOf(a.article), timeOf(b.article)];
    return first < second ? -1 : first > second ? 1 : a.key - b.key;
  });
  // high -> low -> row -> frequency
  const index = new Map<number, Map<number, Map<number, number>>>();
  const termCounts = new Uint16Array(rows.length);
  rows.forEach(({ article }, row) => {
    const add = (text: string, weight: number): void =>
      scanTerms(foldText(text), (high, low) => {
        const lows = index.get(high) ?? new Map<number, Map<number, number>>();
        index.set(high, lows);
        const found = lows.get(low) ?? new Map<number, number>();
        lows.set(low, found);
        found.set(row, (found.get(row) ?? 0) + weight);
        termCounts[row] = Math.min(65_535, (termCounts[row] ?? 0) + weight);
      });
    add(article.title, TITLE_WEIGHT);
    add(article.body, 1);
  });
  const rowsOf = ({ high, low, lastLow }: TermKey): Map<number, number> => {
    const lows = index.get(high);
    if (lastLow === undefined) return lows?.get(low) ?? new Map();
    const merged = new Map<number, number>();
    for (const [key, found] of lows ?? []) {
      if (key < low || key > lastLow) continue;
      for (const [row, frequency] of found) merged.set(row, (merged.get(row) ?? 0) + frequency);
    }
    return merged;
  };
  const live = rows.some(({ article }) => article.dead === true)
    ? Uint8Array.from(rows, ({ article }) => (article.dead === true ? 0 : 1))
    : undefined;
  const nearest = (query: Float32Array, { from, to, allow, limit }: NearestOptions): NearestRow[] => {
    const found: NearestRow[] = [];
    for (let row = from; row < to; row++) {
      const vector = rows[row]?.article.vector;
      if (vector === undefined || live?.[row] === 0 || allow?.[row] === 0) continue;
      found.push({ row, similarity: dot(query, vector) });
    }
    return found.sort((a, b) => b.similarity - a.similarity || a.row - b.row).slice(0, limit);
  };
  const times = rows.map(({ article }) => timeOf(article));
  return {
    id,
    rows: rows.length,
    publishedAtMs: { length: times.length, at: (row) => times[row] as number },
    sourceIds: Uint32Array.from(rows, ({ article }) => idOf(article.source, sources)),
    categoryIds: Uint32Array.from(rows, ({ article }) => idOf(article.category, categories)),
    termCounts,
    articleKeys: Uint32Array.from(rows, ({ key }) => key),
    live,
    documentFrequency: (term) => rowsOf(term).size,
    rowsHolding: (keys, { from, to, allow }) =>
      keys.some(({ lastLow }) => lastLow !== undefined)
        ? undefined
        : Uint32Array.from(rows.keys()).filter(
            (row) =>
              row >= from &&
              row < to &&
              live?.[row] !== 0 &&
              allow?.[row] !== 0 &&
              keys.every((key) => rowsOf(key).has(row)),
          ),
    matchTerms: (search) => {
      const found: [row: number, score: number][] = [];
      const allBits = new Map<number, number>();
      const allScores = new Map<number, number>();
      const isChosen = new Set(Array.from(search.chosen));
      for (let row = search.from; row < search.to; row++) {
        if (live?.[row] === 0 || search.allow?.[row] === 0) continue;
        let bits = 0;
        let score = 0;
        for (const { key, weight, bits: own } of search.terms) {
          const frequency = Math.min(63, rowsOf(key).get(row) ?? 0);
          if (frequency === 0) continue;
          bits |= own;
          const norm = search.flat + search.perTerm * (termCounts[row] ?? 0);
          score = Math.fround(score + (weight * frequency) / (frequency + norm));
        }
        for (const { rows: own, bits: givenBits } of search.given ?? [])
          if (Array.from(own).includes(row)) bits |= givenBits;
        allBits.set(row, bits);
        allScores.set(row, score);
        const { must, joined, tables, needed, least } = search.rule;
        const covered = bits | ((bits << 1) & joined);
        const weight = [0, 1, 2, 3].reduce(
          (sum, byte) => sum + (tables[byte * 256 + ((covered >>> (8 * byte)) & 255)] ?? 0),
          0,
        );
        const holds = bits !== 0 && (bits & must) === must;
        if (search.everything || isChosen.has(row) || (holds && weight >= needed))
          found.push([search.base + row, score]);
        if (weight >= least) search.best?.offer(row, score);
      }
      return {
        rows: Uint32Array.from(found, ([row]) => row),
        scores: Float32Array.from(found, ([, score]) => score),
        bitsAt: (row) => allBits.get(row) ?? 0,
        scoreAt: (row) => allScores.get(row) ?? 0,
      };
    },
    nearest,
    scanCodes: (query, options) => {
      const { floor = Number.POSITIVE_INFINITY } = options;
      const near = nearest(query, { ...options, limit: rows.length })
        .map(({ row, similarity }) => ({ row, score: toCodeScore(similarity) }))
        .filter(({ score }) => score >= floor)
        .sort((a, b) => a.row - b.row);
      const above = {
        rows: Uint32Array.from(near, ({ row }) => row),
        scores: Uint32Array.from(near, ({ score }) => score),
      };
      return { above, candidates: undefined };
    },
    compare: nearest,
    codeScores: (query, some) => some.map((row) => toCodeScore(dot(query, rows[row]?.article.vector ?? query))),
    codeWord: (row) => toCodeWord(rows[row]?.article.vector),
    similarity: (query, row) => {
      const vector = rows[row]?.article.vector;
      return vector === undefined ? undefined : dot(query, vector);
    },
    dimensions: rows.find(({ article }) => article.vector !== undefined)?.article.vector?.length ?? 0,
    vector: (row) => rows[row]?.article.vector,
  };
}

function toCodeWord(vector: Float32Array | undefined): number | undefined {
  if (vector === undefined) return undefined;
  const code = new Uint8Array(codeBytes(vector.length));
  return quantizeVector(vector, new Int8Array(vector.length), code) === 0 ? undefined : codeWordOf(code);
}

/** Whole and not negative, as codes score. */
const toCodeScore = (cosine: number): number => Math.round(10_000 * (1 + cosine));

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
