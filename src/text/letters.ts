import { fold } from "./fold.ts";
import { scanRuns } from "./runs.ts";

/** A text folded, without its separators: two texts that differ in script, spaces and punctuation alone have the same letters. */
export function lettersOf(text: string): string {
  const folded = fold(text);
  let letters = "";
  scanRuns(folded, (_kind, start, end) => {
    letters += folded.slice(start, end);
  });
  return letters;
}
