import { backgroundFor, KEYWORD_CANDIDATES } from "../../search/fuse.ts";
import { asksQuestion } from "../../search/passages.ts";
import { putBehind, type Ranking, rankHybrid } from "../../search/rank-hybrid.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import { sortByTime } from "../../search/sort-by-time.ts";
import { isAmong } from "./ascending.ts";
import type { Meaning } from "./find-meaning.ts";
import type { WordsFound } from "./find-words.ts";
import type { PreparedSearch } from "./prepared-search.ts";
import { rankByKeywords, rankByTime } from "./rank.ts";
import type { RowSpace } from "./row-space.ts";

import { TopRows } from "./top-rows.ts";

/** What a search has found before it is ranked. */
export interface Found {
  readonly meaning: Meaning;
  readonly words: WordsFound;
}

/** The first `limit` of those that match, and all that are related, in the order that is asked for. */
export function rankFindings(prepared: PreparedSearch, found: Found, limit: number): Ranking {
  const { request, query } = prepared;
  const order = request.sort === "oldest" ? "oldest" : "newest";
  if (query.text === "") return { counted: rankByTime(found.words.matches, prepared.space, order, limit), related: [] };
  const { counted, related } = rankByRelevance(prepared, found, request.sort === "relevance" ? limit : 0);
  if (request.sort === "relevance") return { counted, related: putBehind(related, counted) };
  return {
    counted: rankByTime(found.words.matches, prepared.space, order, limit),
    related: sortByTime(related, order),
  };
}

function rankByRelevance(prepared: PreparedSearch, found: Found, limit: number): Ranking {
  const { mode, query, parts, space, candidates, caches, snapshot } = prepared;
  const { meaning, words } = found;
  const { matches, partial } = words;
  const isCounted = (place: number): boolean => isAmong(matches.places, place);
  if (meaning.vector === undefined) {
    return {
      counted: rankByKeywords(matches, space, limit),
      related: partial.filter(({ place }) => !isCounted(place)),
    };
  }
  const { vector, background, nearest, cosines, named } = meaning;
  if (mode === "semantic") return rankByMeaning(found, space, limit);
  return rankHybrid(
    {
      headline: prepared.headline,
      byWords: rankByKeywords(matches, space, KEYWORD_CANDIDATES),
      rest: (most, skip) => rankByKeywords(matches, space, most, skip),
      nearest,
      partial,
      evidence: (place) => ({
        keyword: words.keywordScore(place),
        semantic: cosines.get(place) ?? candidates.cosine(vector, place),
        heldShare: words.heldShare(place),
      }),
      isCounted,
      ceiling: words.ceiling,
      background: background && backgroundFor(snapshot.encoderFingerprint, background),
      named,
      question:
        parts.text.length > 0 && asksQuestion(query.text) ? { text: query.text, weights: words.weights } : undefined,
      candidates,
      typicalCosine: caches.samples.of(snapshot, space).typicalCosine,
    },
    limit,
  );
}

/** The nearest that match, then those that match and are not among the nearest, by the scores of their codes. */
function rankByMeaning({ meaning, words }: Found, space: RowSpace, limit: number): Ranking {
  const { nearest, near, nearScores } = meaning;
  const isCounted = ({ place }: RankedPlace): boolean => isAmong(words.matches.places, place);
  const counted = nearest.filter(isCounted);
  const related = nearest.filter((ranked) => !isCounted(ranked));
  if (counted.length >= limit || counted.length === near.length) return { counted: counted.slice(0, limit), related };
  const known = new Set(counted.map(({ place }) => place));
  const rest = new TopRows(limit - counted.length);
  for (const [index, place] of near.entries()) {
    const score = nearScores[index] as number;
    if (score < rest.floor || known.has(place)) continue;
    rest.push(
      space.at(place, ({ publishedAtMs, articleKeys }, row) => ({
        place,
        score,
        tieBreak: publishedAtMs.at(row),
        key: articleKeys[row] as number,
      })),
    );
  }
  const ceiling = counted.at(-1)?.score ?? 0;
  return { counted: [...counted, ...rest.sorted().map((ranked) => ({ ...ranked, score: ceiling }))], related };
}
