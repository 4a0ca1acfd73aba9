import { type NearFloors, toNearFloors } from "../../search/codes/near-floors.ts";
import { NEAREST_LIMIT, type NearBy } from "../../search/nearness.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import type { CandidatePool, CodeFindings, FewNearest, NearestRow, SegmentView } from "../read/snapshot.ts";
import { keepPooled, poolInOrder, wantedCandidates } from "../vectors/candidate-pool.ts";
import type { RowSlice } from "./filter.ts";
import { type ComparedRows, type ComparedSegment, toNearestRows } from "./parts/compare-part.ts";
import type { SearchSharing } from "./parts/do-parts.ts";
import { type ScanTask, scanSegment } from "./parts/scan-part.ts";
import type { RowSpace } from "./row-space.ts";
import { TopRows } from "./top-rows.ts";
import type { VectorSample } from "./vector-sample.ts";

/** What is near to a query within some slices. */
export interface Nearness {
  /** Places of all that are unmistakably near, however many, ascending. Entry i of `ends` is where segment i's end. */
  readonly near: Uint32Array;
  /** What their codes score. */
  readonly nearScores: Uint32Array;
  readonly ends: readonly number[];
  /** The nearest articles, nearest first; `score` is the cosine. Reads their vectors, and may be asked again: of few far fewer are read. */
  readonly nearest: (few?: FewNearest) => readonly RankedPlace[];
}

/** Where something is looked for by meaning. */
export interface NearSearch {
  readonly space: RowSpace;
  readonly slices: readonly RowSlice[];
  readonly sharing: SearchSharing;
}

/** What scanning the code of a row takes, in ms, and reading and comparing a vector: one that was chosen, and one of all in a row. */
const SCAN_MS = 2.5e-6;
const COMPARE_MS = 1.5e-3;
const COMPARE_ROW_MS = 1e-4;

/**
 * What is near to a query. An article is unmistakably near when the code of its vector scores at least `floor`: a property of
 * query and article alone, whatever the slices, that the scan of the codes tells of every row.
 */
export function findNearness(
  query: Float32Array,
  search: NearSearch,
  { floor, ...most }: Partial<FewNearest> & { readonly floor?: number } = {},
): Nearness {
  const { space } = search;
  const scan: ScanTask = { kind: "scan", query, slices: search.slices, floor, limit: NEAREST_LIMIT, ...most };
  const { found, pool } = scanAll(scan, search);
  const near = new Uint32Array(found.reduce((sum, { above }) => sum + above.rows.length, 0));
  const nearScores = new Uint32Array(near.length);
  const ends: number[] = [];
  let count = 0;
  for (const [index, { above }] of found.entries()) {
    const base = space.base(index);
    for (let index = 0; index < above.rows.length; index++) near[count + index] = base + (above.rows[index] as number);
    nearScores.set(above.scores, count);
    count += above.rows.length;
    ends.push(count);
  }
  const nearest = new NearestOfAll(search, { ...scan, found, pool });
  return { near, nearScores, ends, nearest: (few) => nearest.find(few) };
}

/** Lets the codes choose in every segment; what is found does not depend on who scans which. */
function scanAll(scan: ScanTask, { space, slices, sharing }: NearSearch): Scanned {
  const found: CodeFindings[] = [];
  const pool: CandidatePool = {};
  let isShared = false;
  const rows = slices.reduce((sum, { from, to }) => sum + to - from, 0);
  sharing.share<CodeFindings, CodeFindings>({
    count: space.segments.length,
    costMs: rows * SCAN_MS,
    describe: () => scan,
    doPart: (index) => scanSegment(space.segments[index] as SegmentView, scan, index, pool),
    receive: (part) => {
      isShared = true;
      return part;
    },
    take: (findings) => found.push(findings),
  });
  if (!isShared) return { found, pool };
  const pooled = poolInOrder(
    found.map(({ candidates }) => candidates),
    wantedCandidates(scan),
  );
  return {
    found: found.map(({ above }, index) => ({ above, candidates: pooled.candidates[index] })),
    pool: pooled.pool,
  };
}

interface Scanned {
  /** Of each segment. */
  readonly found: readonly CodeFindings[];
  readonly pool: CandidatePool;
}

/** Compares what the codes have chosen, as much of it as is asked for. */
class NearestOfAll {
  readonly #search: NearSearch;
  readonly #scanned: ScanTask & Scanned;
  /** The nearest of segments all of whose rows were compared. */
  readonly #known = new Map<number, readonly NearestRow[]>();

  constructor(search: NearSearch, scanned: ScanTask & Scanned) {
    this.#search = search;
    this.#scanned = scanned;
  }

  /** The nearest of all segments, nearest first. */
  find(few?: FewNearest): readonly RankedPlace[] {
    const limit = few?.limit ?? this.#scanned.limit;
    if (limit === 0) return [];
    const top = new TopRows(limit);
    const found = this.#compareAll(limit, few);
    for (const [index, segment] of this.#search.space.segments.entries()) {
      for (const { row, similarity } of found.get(index) ?? []) {
        // Each segment's come nearest first.
        if (similarity < top.floor) break;
        top.push({
          place: this.#search.space.base(index) + row,
          score: similarity,
          tieBreak: segment.publishedAtMs.at(row),
          key: segment.articleKeys[row] as number,
        });
      }
    }
    return top.sorted();
  }

  #compareAll(limit: number, few: FewNearest | undefined): ReadonlyMap<number, readonly NearestRow[]> {
    const { space, sharing } = this.#search;
    const { query } = this.#scanned;
    const asked = this.#whatIsLeft(limit, few);
    const costMs = asked.reduce(
      (sum, { rows, from, to }) => sum + (rows === undefined ? (to - from) * COMPARE_ROW_MS : rows.length * COMPARE_MS),
      0,
    );
    const found = new Map(this.#known);
    sharing.share<ComparedRows, readonly NearestRow[]>({
      count: asked.length,
      costMs,
      describe: () => ({ kind: "compare", query, asked }),
      doPart: (at) => {
        const { index, ...options } = asked[at] as ComparedSegment;
        return (space.segments[index] as SegmentView).compare(query, options);
      },
      receive: toNearestRows,
      take: (rows, at) => {
        const { index, rows: candidates } = asked[at] as ComparedSegment;
        found.set(index, rows);
        if (candidates === undefined) this.#known.set(index, rows);
      },
    });
    return found;
  }

  /** What of the segments is to be compared: where few are wanted, few of the candidates. */
  #whatIsLeft(limit: number, few: FewNearest | undefined): ComparedSegment[] {
    const { slices, found, pool, limit: whole } = this.#scanned;
    const wanted = wantedCandidates(this.#scanned);
    return found.flatMap(({ candidates }, index) => {
      const slice = slices[index] as RowSlice;
      if (candidates === undefined)
        return this.#known.has(index) ? [] : { index, ...slice, rows: undefined, limit: whole };
      const rows = keepPooled(candidates, pool, Math.min(wanted, few?.candidates ?? wanted));
      return rows.length === 0 ? [] : { index, ...slice, rows, limit };
    });
  }
}

/** The articles nearest in meaning within the slices, nearest first; `score` is the cosine. */
export const findNearest = (
  query: Float32Array,
  search: NearSearch,
  most: Partial<FewNearest> = {},
): readonly RankedPlace[] => findNearness(query, search, most).nearest();

/** The scores of a code from which an article is near, and surely so: measured on the sample, like {@link measureBackground}. */
export function measureNearFloors(
  query: Float32Array,
  { rows, places }: VectorSample,
  space: RowSpace,
  by: NearBy,
): NearFloors {
  const scores: number[] = [];
  for (const [index, segment] of space.segments.entries()) {
    const [base, end] = [space.base(index), space.base(index + 1)];
    const sampled: number[] = [];
    for (const place of places) if (place >= base && place < end) sampled.push(place - base);
    scores.push(...segment.codeScores(query, sampled));
  }
  return toNearFloors(scores, rows, by);
}
