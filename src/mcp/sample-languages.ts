import { PLAIN_REQUEST, type SearchRequest } from "../archive/request.ts";
import type { SearchResult } from "../archive/result.ts";
import type { SearchService } from "../search/search.ts";
import { languageOf } from "../text/text-language.ts";

/** A language as BCP 47 names it, and its share of the sample, 0–1. */
export interface LanguageShare {
  readonly language: string;
  readonly share: number;
}

/** Articles that are looked at of a source, or of all where none is named. */
const SAMPLED_PER_SOURCE = 12;

/** One part of an archive that is likely to be in one language. */
interface Stratum {
  readonly narrowed: Partial<SearchRequest>;
  readonly articles: number;
}

/**
 * In which languages an archive is written; largest share first. A sample stratified by source: a paper keeps to its language, and
 * counts by what it has in the archive, so that a week of feeds does not stand for the years before it. Half of each sample are the
 * newest, half the oldest articles.
 *
 * @param found all articles, the largest sources listed
 */
export async function sampleLanguages(
  search: Pick<SearchService, "search">,
  found: Pick<SearchResult, "facets" | "facetRemainders">,
): Promise<LanguageShare[]> {
  const shares = new Map<string, number>();
  let all = 0;
  for (const { narrowed, articles } of toStrata(found)) {
    const languages = await readLanguages(search, narrowed);
    if (languages.length === 0) continue;
    all += articles;
    for (const language of languages) {
      shares.set(language, (shares.get(language) ?? 0) + articles / languages.length);
    }
  }
  return [...shares]
    .map(([language, articles]) => ({ language, share: Math.round((articles / all) * 100) / 100 }))
    .sort((a, b) => b.share - a.share);
}
function toStrata({ facets, facetRemainders }: Pick<SearchResult, "facets" | "facetRemainders">): Stratum[] {
  const named = facets.source.map(({ value, count }) => ({ narrowed: { sources: [value] }, articles: count }));
  return [...named, { narrowed: { without: ["source"] }, articles: facetRemainders.source.none }];
}

/** The language of each article of a sample, its newest and its oldest ones. */
async function readLanguages(
  search: Pick<SearchService, "search">,
  narrowed: Partial<SearchRequest>,
): Promise<string[]> {
  const languages = new Map<string, string>();
  for (const sort of ["newest", "oldest"] as const) {
    const request = { ...PLAIN_REQUEST, ...narrowed, sort, limit: SAMPLED_PER_SOURCE / 2, facetValues: 0 };
    const { hits } = await search.search(request);
    for (const { id, title, snippet } of hits) languages.set(id, languageOf(`${title} ${snippet.text}`));
  }
  return [...languages.values()];
}
