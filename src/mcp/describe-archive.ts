import { PLAIN_REQUEST } from "../archive/request.ts";
import { dayOf, toZonedIso } from "../text/days.ts";
import type { McpArchive } from "./context.ts";
import { type LanguageShare, sampleLanguages } from "./sample-languages.ts";

/** Sources that are named before anything is asked. */
const NAMED_SOURCES = 8;

/** Languages and sources are read again after this time, and only if the archive has changed. */
const KEEP_MS = 600_000;

export interface ArchiveDescription {
  readonly articles: number;
  readonly sources: number;
  readonly categories: number;
  /** Days of the oldest and newest article; absent where none is dated. */
  readonly from?: string;
  readonly to?: string;
  readonly timezone: string;
  readonly languages: LanguageShare[];
  readonly largestSources: readonly string[];
  readonly updated?: string;
  readonly snapshot: string;
}

interface Sampled {
  readonly snapshot: string;
  readonly atMs: number;
  readonly value: Promise<Pick<ArchiveDescription, "languages" | "largestSources">>;
}

const samples = new WeakMap<McpArchive["archive"], Sampled>();

/** What an archive holds at present. */
export async function describeArchive({
  archive,
  search,
}: Pick<McpArchive, "archive" | "search">): Promise<ArchiveDescription> {
  const { timezone } = archive.info;
  const { articles, sources, categories, span, changedAtMs, snapshot } = await archive.stats();
  let sampled = samples.get(archive);
  if (sampled === undefined || (sampled.snapshot !== snapshot && Date.now() - sampled.atMs > KEEP_MS)) {
    sampled = { snapshot, atMs: Date.now(), value: sample(search) };
    samples.set(archive, sampled);
    sampled.value.catch(() => samples.delete(archive));
  }
  return {
    articles,
    sources,
    categories,
    ...(span !== undefined && { from: dayOf(span.fromMs, timezone), to: dayOf(span.toMs, timezone) }),
    timezone,
    ...(await sampled.value),
    ...(changedAtMs !== undefined && { updated: toZonedIso(Math.round(changedAtMs), timezone) }),
    snapshot,
  };
}

async function sample(search: McpArchive["search"]): Promise<Awaited<Sampled["value"]>> {
  const found = await search.search({ ...PLAIN_REQUEST, limit: 0, ranked: false, facetValues: NAMED_SOURCES });
  return {
    languages: await sampleLanguages(search, found),
    largestSources: found.facets.source.map(({ value }) => value),
  };
}
