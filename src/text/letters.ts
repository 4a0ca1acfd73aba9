import { fold } from "./fold.ts";
import { scanRuns } from "./runs.ts";

/** A text folded, without its separators: two texts that differ in script, spaces and punctuation alone have the same letters. */
export const lettersOf = (text: string): string => lettersOfFolded(fold(text));

/** {@link lettersOf} a text that is folded already. */
export function lettersOfFolded(folded: string): string {
  let letters = "";
  scanRuns(folded, (_kind, start, end) => {
    letters += folded.slice(start, end);
  });
  return letters;
}
