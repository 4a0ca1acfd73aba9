import { PLAIN_REQUEST } from "../archive/request.ts";
import type { SearchService } from "../search/search.ts";
import { toTextLanguage } from "../text/text-language.ts";

/** A language as BCP 47 names it, and its share of the sample, 0–1. */
export interface LanguageShare {
  readonly language: string;
  readonly share: number;
}

/** Articles that are looked at, from either end of the archive. */
const SAMPLED_PER_END = 30;

/** In which languages an archive is written, told from its newest and its oldest articles; largest share first. */
export async function sampleLanguages(search: Pick<SearchService, "search">): Promise<LanguageShare[]> {
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  for (const sort of ["newest", "oldest"] as const) {
    const { hits } = await search.search({ ...PLAIN_REQUEST, sort, limit: SAMPLED_PER_END, facetValues: 0 });
    for (const { id, title, snippet } of hits) {
      if (seen.has(id)) continue;
      seen.add(id);
      const language = languageOf(`${title} ${snippet.text}`);
      counts.set(language, (counts.get(language) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([language, count]) => ({ language, share: Math.round((count / seen.size) * 100) / 100 }))
    .sort((a, b) => b.share - a.share);
}

/** By the script that most letters belong to; of Latin letters nobody can tell more. */
function languageOf(text: string): string {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const han = count(/\p{Script=Han}/gu);
  if (count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu) > han / 4) return "ja";
  if (count(/\p{Script=Hangul}/gu) > han) return "ko";
  if (han > count(/\p{Script=Latin}/gu) / 4 && han > 0) return toTextLanguage(text) ?? "zh";
  return count(/\p{Script=Latin}/gu) > 0 ? "und-Latn" : "und";
}
