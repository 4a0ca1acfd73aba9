import type { ReadOptions } from "../archive/archive.ts";
import type { SearchRequest } from "../archive/request.ts";
import type { Hit, SearchResult } from "../archive/result.ts";
import { MAX_LIMIT } from "../search/limits.ts";
import { NEAREST_LIMIT } from "../search/nearness.ts";
import type { SearchService } from "../search/search.ts";
import { parseTimeRange } from "../search/time-range.ts";
import { dayOf } from "../text/days.ts";
import { type FollowedSearch, toRequest } from "./followed-search.ts";

/** Days that a preview looks back. */
export const PREVIEW_DAYS = 30;

const DAY_MS = 86_400_000;

/** How often a followed search would have told of something. */
export interface AlertPreview {
  readonly days: number;
  /** Articles of these days that match, copies included, and days on which there were any. */
  readonly total: number;
  readonly daysWithArticles: number;
  /** Where no article of the archive holds all words, so that none is told of: how many of how many an article holds. */
  readonly relaxed: { readonly held: number; readonly wanted: number } | undefined;
  /** Words such as 养老院火灾 are held in pieces, as no article holds them in one piece. */
  readonly inPieces: boolean;
  readonly examples: readonly { readonly id: string; readonly title: string }[];
}

interface PreviewOptions {
  readonly search: Pick<SearchService, "search">;
  readonly timezone: string;
  readonly nowMs: number;
  /** Who asks, and until when. */
  readonly asker?: ReadOptions | undefined;
  /** The cosine from which an article is told of by meaning alone; default: what the search calls near. */
  readonly floorOf?: ((query: string) => Promise<number | undefined>) | undefined;
}

/**
 * Asks the archive what a search would have told of, by the days on which articles were published.
 * @throws AppError `invalid-request` for a day that does not exist or a range that ends before it begins
 */
export async function previewAlert(
  followed: FollowedSearch,
  { search, timezone, nowMs, asker, floorOf }: PreviewOptions,
): Promise<AlertPreview> {
  parseTimeRange(followed, timezone);
  const first = dayOf(nowMs - (PREVIEW_DAYS - 1) * DAY_MS, timezone);
  const [from, to] = [followed.from, followed.to];
  const isOver = to !== undefined && to < first;
  const asksUndated = followed.without?.includes("date") === true;
  const request = {
    ...toRequest(followed),
    sort: "newest" as const,
    interval: "day" as const,
    limit: 5,
    facetValues: 0,
    ...(isOver || asksUndated ? {} : { from: from !== undefined && from > first ? from : first }),
  };
  const result = await search.search(request, asker);
  const { relaxed } = result;
  const inPieces = relaxed !== undefined && relaxed.held === relaxed.wanted;
  const isHeld = relaxed === undefined || inPieces;
  const floor = followed.mode === "semantic" ? await floorOf?.(followed.query) : undefined;
  if (floor !== undefined && !isOver) {
    const near = await findNear(request, floor, { search, asker });
    const days = new Set(near.map(({ publishedAtMs = 0 }) => dayOf(publishedAtMs, timezone)));
    return {
      days: PREVIEW_DAYS,
      total: near.reduce((sum, { copies }) => sum + 1 + copies.length, 0),
      daysWithArticles: days.size,
      relaxed: undefined,
      inPieces: false,
      examples: near.slice(0, request.limit).map(({ id, title }) => ({ id, title })),
    };
  }
  const counted = isHeld && !isOver ? result : undefined;
  return {
    days: PREVIEW_DAYS,
    total: counted?.total ?? 0,
    daysWithArticles: counted === undefined ? 0 : daysIn(counted),
    relaxed: isHeld ? undefined : relaxed,
    inPieces,
    examples: (counted?.hits ?? []).flatMap(({ id, title, match }) => (match === "related" ? [] : [{ id, title }])),
  };
}

/** Of the articles that a search by meaning calls near, the newest first, those that are near enough to be told of. */
async function findNear(
  request: SearchRequest,
  floor: number,
  { search, asker }: Pick<PreviewOptions, "search" | "asker">,
): Promise<Hit[]> {
  const near: Hit[] = [];
  for (let offset = 0; offset < NEAREST_LIMIT; offset += MAX_LIMIT) {
    const { hits } = await search.search({ ...request, limit: MAX_LIMIT, offset }, asker);
    near.push(...hits.filter(({ why, match }) => match !== "related" && (why.semantic ?? 0) >= floor));
    if (hits.length < MAX_LIMIT) break;
  }
  return near;
}

const daysIn = ({ histogram }: SearchResult): number => histogram?.buckets.filter(({ count }) => count > 0).length ?? 0;
