import { createPhraseTest } from "../query/phrase.ts";
import { cutsNumeral } from "./words.ts";

/** Tests whether folded text holds a folded word in one piece; a Chinese numeral is not found inside a longer one. */
export function createWordTest(word: string): (folded: string) => boolean {
  const holds = createPhraseTest(word);
  return (folded) => {
    if (!holds(folded)) return false;
    for (let start = folded.indexOf(word); start >= 0; start = folded.indexOf(word, start + 1))
      if (!cutsNumeral(folded, start, start + word.length)) return true;
    return false;
  };
}
