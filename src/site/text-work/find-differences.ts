import { diffArrays } from "diff";

/** A stretch of two texts: one has it alone, or both have it. */
export interface Difference {
  readonly text: string;
  readonly only?: "one" | "other";
}

/** Characters of a text that are compared. */
const MAX_COMPARED = 20_000;

/** Changes above which two texts are called different instead of being compared to the end. */
const MAX_CHANGES = 4000;

/** How long two texts are compared. */
const TIMEOUT_MS = 5000;

/** Two texts as one, character by character; undefined where they are too different. Takes seconds for long texts that are. */
export function findDifferences(one: string, other: string): readonly Difference[] | undefined {
  // By code points: half of a surrogate pair is no text.
  const parts = diffArrays([...one.slice(0, MAX_COMPARED)], [...other.slice(0, MAX_COMPARED)], {
    maxEditLength: MAX_CHANGES,
    timeout: TIMEOUT_MS,
  });
  return parts?.map(({ value, added, removed }) => {
    const text = value.join("");
    if (added) return { text, only: "other" };
    return removed ? { text, only: "one" } : { text };
  });
}
