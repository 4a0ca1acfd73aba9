import { publishedAtQuantile } from "./make-articles.ts";
import { anyQuery, type QuerySet } from "./queries.ts";
import type { Random } from "./random.ts";

export const SHARES = [1, 0.5, 0.1, 0.01, 0.001] as const;

export interface Asked {
  readonly query: string;
  readonly mode: string;
  /** Of the dates; the days are chosen at random. */
  readonly share: number;
  readonly offset?: number;
}

/** Where the API answers a search. */
export function searchPath({ query, mode, share, offset = 0 }: Asked, random: Random): string {
  const parameters = new URLSearchParams({ q: query, mode, ...(offset > 0 && { offset: String(offset) }) });
  if (share < 1) {
    const first = random.next() * (1 - share);
    parameters.set("from", dayAt(first));
    parameters.set("to", dayAt(first + share));
  }
  return `/api/search?${parameters}`;
}

/** A hybrid search for anything: two in five over all dates, one in five further on in the results. */
export function mixedSearch(queries: QuerySet, random: Random): string {
  const share = random.next() < 0.4 ? 1 : (SHARES[random.below(SHARES.length)] ?? 1);
  const offset = random.next() < 0.2 ? 10 * (1 + random.below(5)) : 0;
  return searchPath({ query: anyQuery(queries, random), mode: "hybrid", share, offset }, random);
}

const dayAt = (part: number): string => new Date(publishedAtQuantile(part)).toISOString().slice(0, 10);
