import { diffArrays } from "diff";
import { foldCharacters } from "../fold-characters.ts";
import { toComparisonKey } from "./pieces.ts";

/** A stretch of two wordings of one sentence: in both, or in one alone. `older` and `newer` say it as each text writes it. */
export interface WordChange {
  readonly older: string;
  readonly newer: string;
  readonly same: boolean;
}

/** Words that are put in and taken out before one wording is called a new one as a whole. */
const MAX_CHANGES = 600;

/** A stretch in both of at most so many characters, between two changes, is read as part of them: 的 between two new words. */
const MAX_CRUMB_UNITS = 1;

const words = new Intl.Segmenter("zh", { granularity: "word" });

interface Word {
  readonly text: string;
  readonly key: string;
}

/** What of one wording of a sentence became what of another, word by word: no half of a word or number is shown as changed. */
export function compareWords(older: string, newer: string): readonly WordChange[] {
  const [olderWords, newerWords] = [splitWords(older), splitWords(newer)];
  const parts = diffArrays(olderWords, newerWords, {
    comparator: (one, other) => one.key === other.key,
    maxEditLength: MAX_CHANGES,
  });
  if (parts === undefined) return [{ older, newer, same: false }];
  const changes: WordChange[] = [];
  let place = 0;
  for (const { value, added, removed } of parts) {
    const text = joinWords(value);
    if (removed) changes.push({ older: text, newer: "", same: false });
    else if (added) changes.push({ older: "", newer: text, same: false });
    else changes.push({ older: joinWords(olderWords.slice(place, place + value.length)), newer: text, same: true });
    if (!added) place += value.length;
  }
  return joinChanges(
    joinChanges(changes).map((change, index, all) =>
      isCrumb(change, index, all) ? { ...change, same: false } : change,
    ),
  );
}

const joinWords = (parts: readonly Word[]): string => parts.map(({ text }) => text).join("");

/** White space goes with the word before it; it is no difference. */
function splitWords(text: string): Word[] {
  const split: Word[] = [];
  // Cut in one script, so that the two of a pair are cut alike.
  const folded = text.replace(/./gsu, (character) => {
    const one = foldCharacters(character);
    return one.length === character.length ? one : character;
  });
  for (const { index, segment: cut } of words.segment(folded)) {
    const segment = text.slice(index, index + cut.length);
    const last = split.at(-1);
    if (segment.trim() === "" && last !== undefined) split[split.length - 1] = { ...last, text: last.text + segment };
    else split.push({ text: segment, key: toComparisonKey(segment) });
  }
  return split;
}

function isCrumb({ same, newer }: WordChange, index: number, all: readonly WordChange[]): boolean {
  const inside = index > 0 && index < all.length - 1;
  return same && inside && newer.trim().length <= MAX_CRUMB_UNITS;
}

/** Neighbours of one kind as one. */
function joinChanges(changes: readonly WordChange[]): WordChange[] {
  const joined: WordChange[] = [];
  for (const change of changes) {
    const last = joined.at(-1);
    if (last === undefined || last.same !== change.same) joined.push(change);
    else
      joined[joined.length - 1] = {
        older: last.older + change.older,
        newer: last.newer + change.newer,
        same: last.same,
      };
  }
  return joined;
}
