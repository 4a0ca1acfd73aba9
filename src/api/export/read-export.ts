import type { SearchRequest, SortOrder } from "../../archive/request.ts";
import { isCounted, type SearchResult } from "../../archive/result.ts";
import { AppError } from "../../errors.ts";
import type { Asker } from "../../http/asker.ts";
import { MAX_LIMIT, MAX_OFFSET } from "../../search/limits.ts";
import { parseQuery } from "../../search/query.ts";
import { isSnapshotGone } from "../../search/read-again-when-gone.ts";
import type { SearchService } from "../../search/search.ts";
import type { SearchQuery } from "../wire.ts";

/** Which articles an export holds, in which order. */

/** Articles of an export in the order of the search; a whole set goes by date and has no end. */
export const MAX_EXPORTED = 5000;

export interface ExportPlan {
  /** Articles that match. */
  readonly total: number;
  /** Articles that are written. */
  readonly exported: number;
  readonly order: SortOrder;
}

/** How much of a search a file holds, in which order: all goes by date, and so does what is asked by no words. */
export function planExport(total: number, { q, sort }: Pick<SearchQuery, "q" | "sort">, isWhole: boolean): ExportPlan {
  const isRanked = sort === "relevance" && !isWhole && parseQuery(q).text !== "";
  const order = isRanked || sort === "oldest" ? sort : "newest";
  return { total, exported: isWhole ? total : Math.min(total, MAX_EXPORTED), order };
}

export interface ExportedHits {
  readonly ids: readonly string[];
  readonly snapshot: string;
}

export interface ExportReader {
  readonly search: Pick<SearchService, "search">;
  readonly request: SearchRequest;
  /** Each part of a stream has a deadline of its own. */
  nextAsker(): Asker;
}

/** The ids of what matches, best first or by date as the search sorts, a hundred at a time; near-copies behind what they are copies of. */
export async function* readInOrder(
  { search, request, nextAsker }: ExportReader,
  snapshot: string,
): AsyncGenerator<ExportedHits> {
  let current: string | undefined = snapshot;
  for (let offset = 0; ; offset += MAX_LIMIT) {
    const page = await readPage({ ...request, limit: MAX_LIMIT, offset, facetValues: 0, snapshot: current });
    current = page.snapshot;
    const counted = page.hits.filter(isCounted);
    yield { ids: counted.flatMap(({ id, copies }) => [id, ...copies.map((copy) => copy.id)]), snapshot: page.snapshot };
    // What is related follows all that is counted.
    if (counted.length < MAX_LIMIT) return;
  }

  /** The next page of the same snapshot, as long as that snapshot is kept. */
  async function readPage(asked: SearchRequest): Promise<SearchResult> {
    try {
      return await search.search(asked, nextAsker());
    } catch (error) {
      if (!isSnapshotGone(error)) throw error;
      return search.search({ ...asked, snapshot: undefined }, nextAsker());
    }
  }
}

/**
 * A whole set is read in lists of days; one that nobody can page through to its end is refused before the file begins.
 * @param counted with a histogram of days
 * @throws AppError `invalid-request`
 */
export function checkReadable({ undated, histogram }: Pick<SearchResult, "undated" | "histogram">): void {
  const most = MAX_OFFSET + MAX_LIMIT;
  const crowded = histogram.buckets.find(({ count }) => count > most);
  if (undated <= most && crowded === undefined) return;
  const [count, what] = crowded === undefined ? [undated, "have no date"] : [crowded.count, `are of ${crowded.start}`];
  throw new AppError(
    "invalid-request",
    `${count} of these articles ${what}, and a file can hold at most ${most} of them: narrow the search by words, sources or categories.`,
  );
}

/** Articles of the days that are read as one list: deep pages of a long list would take longer each. */
const WINDOW_ARTICLES = 1000;

interface Window {
  readonly from: string;
  readonly to: string;
}

/**
 * The ids of all that matches, however many, by date: days are put together into windows of some thousand articles, each of them a short
 * list. What has no date comes last.
 */
export async function* readWhole(reader: ExportReader, snapshot: string): AsyncGenerator<ExportedHits> {
  const { search, request, nextAsker } = reader;
  const sort = request.sort === "oldest" ? "oldest" : "newest";
  const byDate: SearchRequest = { ...request, sort, stories: false, rerank: false };
  const counted = await search.search(
    { ...byDate, limit: 0, offset: 0, ranked: false, facetValues: 0, interval: "day", snapshot },
    nextAsker(),
  );
  const windows = toWindows(counted.histogram.buckets);
  for (const window of sort === "oldest" ? windows : windows.toReversed())
    yield* readInOrder({ ...reader, request: { ...byDate, ...window } }, counted.snapshot);
  if (counted.undated === 0) return;
  const without = [...new Set([...(request.without ?? []), "date" as const])];
  yield* readInOrder({ ...reader, request: { ...byDate, without } }, counted.snapshot);
}

/** Ascending; days without an article are in none. */
function toWindows(days: readonly { readonly start: string; readonly count: number }[]): Window[] {
  const windows: Window[] = [];
  let articles = 0;
  for (const { start, count } of days) {
    if (count === 0) continue;
    const last = windows.at(-1);
    articles += count;
    if (last !== undefined && articles <= WINDOW_ARTICLES) windows[windows.length - 1] = { from: last.from, to: start };
    else {
      windows.push({ from: start, to: start });
      articles = count;
    }
  }
  return windows;
}
