import type { RankedPlace } from "../../search/ranked.ts";
import { isAmong } from "./ascending.ts";
import type { RowSlice } from "./filter.ts";
import type { Meaning } from "./find-meaning.ts";
import { BEST_PARTIAL, findMatches, findPartial, keywordCeiling, type MatchedPlaces, scoreAt } from "./keyword.ts";
import { planKeywords, planPartial } from "./keyword-plan.ts";
import type { PreparedSearch } from "./prepared-search.ts";
import { findRelaxation, holdsCompound } from "./relaxation.ts";

/** What matches, by words or by meaning, and what words say of it. */
export interface WordsFound {
  /** All that match and are counted. */
  readonly matches: MatchedPlaces;
  readonly relaxed?: { readonly held: number; readonly wanted: number } | undefined;
  /** Whether a match holds the words. */
  matchesByWords(place: number): boolean;
  /** BM25 of a match or of a candidate. */
  keywordScore(place: number): number;
  /** Share of the wanted words that a candidate holds, where there are several. */
  heldShare(place: number): number;
  /** The best of those that hold some of the words; some of them may match. */
  readonly partial: readonly RankedPlace[];
  readonly ceiling: number;
  readonly weights: ReadonlyMap<string, number>;
}

/** Finds what matches within the slices; in semantic mode that is what is near. */
export function findWords(prepared: PreparedSearch, slices: readonly RowSlice[], meaning: Meaning): WordsFound {
  const { query, parts, mode, lookup, sets, space, snapshot, caches, sharing } = prepared;
  const input = {
    parts,
    texts: [...query.words, ...query.phrases],
    lookup,
    isRead: (word: string) => sets.isRead(word),
  };
  const plan = planKeywords(input);
  const shared = { ceiling: keywordCeiling(plan), weights: plan.weights };
  if (mode === "semantic" && meaning.vector !== undefined) return { ...shared, ...findNearAlone(meaning) };
  const search = { snapshot, space, slices, scratch: caches.scratch, sharing };
  const options = {
    ...search,
    plan,
    sets,
    near: { places: meaning.near, scores: meaning.nearScores, sureScore: meaning.sureScore },
    asked: meaning.nearest,
  };
  let relaxation = caches.relaxations.known(snapshot, parts.wanted);
  let findings = findMatches({ ...options, relaxed: relaxation?.places });
  const isMissing =
    relaxation === undefined &&
    findings.byWordsCount === 0 &&
    (parts.wanted.length > 1 || parts.wanted.some(holdsCompound));
  if (isMissing) {
    relaxation = caches.relaxations.of(snapshot, parts.wanted, () => findRelaxation(parts.wanted, sets, space));
    if (relaxation !== undefined) findings = findMatches({ ...options, relaxed: relaxation.places });
  }
  const { matches, evidence, byWordsCount, matchesByWords } = findings;
  const partialPlan = !plan.tellsBest && byWordsCount < BEST_PARTIAL ? planPartial(input) : undefined;
  // The matches lie in scratch arrays that this does not touch.
  const partial = partialPlan === undefined ? findings.best : findPartial(partialPlan, search);
  const partialScores = new Map(partial.map(({ place, score }) => [place, score]));
  return {
    ...shared,
    matches,
    relaxed: relaxation && { held: relaxation.held, wanted: parts.wanted.length },
    matchesByWords,
    keywordScore: (place) => evidence.get(place)?.keyword ?? partialScores.get(place) ?? scoreAt(matches, place),
    heldShare: (place) => {
      if (plan.wantedCount < 2) return 0;
      const held =
        evidence.get(place)?.held ?? (isAmong(matches.places, place) ? (relaxation?.held ?? plan.wantedCount) : 0);
      return held / plan.wantedCount;
    },
    partial,
  };
}

/** Semantic mode: what is near matches, whatever words it holds. */
function findNearAlone({ near, ends }: Meaning): Omit<WordsFound, "ceiling" | "weights"> {
  return {
    matches: { places: near, scores: new Float32Array(near.length), ends },
    matchesByWords: () => false,
    keywordScore: () => 0,
    heldShare: () => 0,
    partial: [],
  };
}
