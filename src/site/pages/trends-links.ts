import { type QueryChange, toSearchParams, withParams } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import { at, type Site } from "../../http/site.ts";
import type { Chart } from "../chart.ts";

/** The addresses of the page of counts, and of what is taken along from it. */

const toTrends = (site: Site, path: string, query: QueryChange): string =>
  at(
    site,
    withParams(path, toSearchParams({ ...query, offset: 0, sort: "relevance", stories: "on", limit: undefined })),
  );

export const toTrendsUrl = (site: Site, query: PageQuery, change: QueryChange = {}): string =>
  toTrends(site, "trends", { ...query, ...change });

export const toPictureUrl = (site: Site, query: PageQuery): string => toTrends(site, "trends.svg", query);

/** The same counts as CSV, by the API. */
export function toCsvUrl(site: Site, query: PageQuery, { interval, bySource }: Chart, snapshot: string): string {
  const { q, vs, from, to, source, category, excludeSource, excludeCategory, without, mode } = query;
  const shared = { from, to, source, category, excludeSource, excludeCategory, without, mode };
  const params = new URLSearchParams(toSearchParams(shared));
  for (const one of new Set([q, ...(bySource ? [] : vs)])) params.append("q", one);
  params.set("interval", interval);
  if (bySource) params.set("by", "source");
  params.set("snapshot", snapshot);
  return at(site, withParams("api/v1/counts.csv", params.toString()));
}
