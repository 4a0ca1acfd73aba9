import { PLAIN_REQUEST } from "../archive/request.ts";
import type { Hit } from "../archive/result.ts";
import type { SearchService } from "../search/search.ts";
import { dayOf } from "../text/days.ts";

/** What the first page tells of the archive's last week: the events that most outlets reported, and headlines to try. */
export interface Front {
  /** The largest first; empty where no event was reported more than once. */
  readonly stories: readonly FrontStory[];
  /** From when to when they were told; undefined where nothing has a date. */
  readonly week: FrontWeek | undefined;
  /** Headlines that may be searched for, of different events. */
  readonly headlines: readonly string[];
}

/** The last week that the archive holds. */
export interface FrontWeek {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether it is the week of whoever reads. */
  readonly isThis: boolean;
}

export interface FrontStory {
  readonly hit: Hit;
  readonly outlets: number;
  readonly reports: number;
}

const WEEK_DAYS = 7;
const DAY_MS = 86_400_000;
const MAX_STORIES = 5;
const MAX_HEADLINES = 4;
/** Articles of a day among which events are told apart: those that an engine groups. */
const READ_PER_DAY = 100;
/** A headline that is shorter names nothing, and one that is longer is no example to follow. */
const HEADLINE_UNITS = { shortest: 6, longest: 22 };

/**
 * Reads the last week that the archive holds, a day at a time, so that searches of readers come in between.
 * @param todayMs articles that claim to be of a later day are left out
 */
export async function readFront(
  search: SearchService,
  snapshot: string,
  { timezone, todayMs }: { readonly timezone: string; readonly todayMs: number },
): Promise<Front> {
  const newest = { ...PLAIN_REQUEST, sort: "newest", snapshot, facetValues: 0 } as const;
  const today = dayOf(todayMs, timezone);
  const { hits: latest } = await search.search({ ...newest, to: today, limit: MAX_HEADLINES });
  const lastMs = latest[0]?.publishedAtMs;
  if (lastMs === undefined) return { stories: [], week: undefined, headlines: toHeadlines(latest) };
  const stories: FrontStory[] = [];
  for (let day = 0; day < WEEK_DAYS; day++) {
    const at = dayOf(lastMs - day * DAY_MS, timezone);
    const { hits } = await search.search({ ...newest, from: at, to: at, limit: READ_PER_DAY, stories: true });
    stories.push(...hits.map(toStory).filter(({ reports }) => reports > 1));
  }
  const ranked = stories.toSorted((a, b) => b.outlets - a.outlets || b.reports - a.reports);
  // Those that are listed whole come last: as examples they would say the same twice.
  const [listed, others] = [ranked.slice(0, MAX_STORIES), ranked.slice(MAX_STORIES)];
  const headlines = toHeadlines([...[...others, ...listed].map(({ hit }) => hit), ...latest]);
  const week = {
    fromMs: lastMs - (WEEK_DAYS - 1) * DAY_MS,
    toMs: lastMs,
    isThis: todayMs - lastMs < WEEK_DAYS * DAY_MS,
  };
  return { stories: listed, week, headlines };
}

function toStory(hit: Hit): FrontStory {
  const tellings = [hit, ...hit.tellings, ...hit.copies];
  const outlets = new Set(tellings.flatMap(({ source }) => source ?? [])).size;
  return { hit, outlets, reports: tellings.length };
}

const toHeadlines = (hits: readonly Hit[]): string[] =>
  [...new Set(hits.map(({ title }) => title.trim()))]
    .filter(({ length }) => length >= HEADLINE_UNITS.shortest && length <= HEADLINE_UNITS.longest)
    .slice(0, MAX_HEADLINES);
