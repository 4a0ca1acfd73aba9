import { IntegerSet } from "../collections/integer-set.ts";

/** Letters in a row that make one shingle. */
const SHINGLE_UNITS = 5;

/** Hashes (FNV-1a) of every five letters in a row, each once, in the order of the text; of a shorter text that of all its letters. */
export function shinglesOf(letters: string): IntegerSet {
  const shingles = new IntegerSet(Math.max(1, letters.length));
  for (let start = 0; start < Math.max(1, letters.length - SHINGLE_UNITS + 1); start++) {
    let hash = 0x811c9dc5;
    const end = Math.min(letters.length, start + SHINGLE_UNITS);
    for (let index = start; index < end; index++) hash = Math.imul(hash ^ letters.charCodeAt(index), 0x01000193);
    if (end > start) shingles.add(hash);
  }
  return shingles;
}
