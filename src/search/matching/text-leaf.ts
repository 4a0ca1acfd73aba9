import { createNearTest, createPhraseTest } from "../query/phrase.ts";
import type { QueryNode } from "../query/tree.ts";
import { createWordTest } from "./word-test.ts";
import { isDecidedByTerms } from "./words.ts";

/** A word is looked for in texts when its rarest pair is in at most so many articles of the whole snapshot; else its pairs decide. */
export const MAX_WORD_READS = 2000;

/** Articles of the whole snapshot that may be read to check a phrase or a nearness. Reading one costs from 0.02 to 0.1 ms. */
export const MAX_PHRASE_READS = 5000;

/** Articles of the whole snapshot whose titles may be read to check what must stand in a title. */
export const MAX_TITLE_READS = 20_000;

/** A leaf of a query that stands in texts. */
export interface TextLeaf {
  /** Names it in the cache. */
  readonly name: string;
  /** Folded texts whose terms an article must hold. */
  readonly parts: readonly string[];
  readonly inTitle: boolean;
  /** Tests a folded title or body. */
  readonly test: (folded: string) => boolean;
  /** Whether its terms decide, without reading. */
  readonly isDecided: boolean;
  /** Articles of the whole snapshot that may be read. */
  readonly maxReads: number;
  /** Where more hold its terms, whether these decide; else it counts as unchecked. */
  readonly termsDecide: boolean;
  /** A word: a Chinese numeral at its end is not part of a longer one. */
  readonly isWord: boolean;
}

export const wordLeaf = (word: string): TextLeaf => ({
  name: `word ${word}`,
  parts: [word],
  inTitle: false,
  test: createWordTest(word),
  isDecided: isDecidedByTerms(word),
  maxReads: MAX_WORD_READS,
  termsDecide: true,
  isWord: true,
});

const excludedWordLeaf = (word: string): TextLeaf => ({
  ...wordLeaf(word),
  maxReads: MAX_PHRASE_READS,
  termsDecide: false,
});

export const phraseLeaf = (phrase: string): TextLeaf => ({
  name: `phrase ${phrase}`,
  parts: [phrase],
  inTitle: false,
  test: createPhraseTest(phrase),
  isDecided: isDecidedByTerms(phrase),
  maxReads: MAX_PHRASE_READS,
  termsDecide: false,
  isWord: false,
});

export const nearLeaf = (words: readonly string[], distance: number): TextLeaf => ({
  name: `near ${distance} ${words.join(" ")}`,
  parts: words,
  inTitle: false,
  test: createNearTest(words, distance),
  isDecided: false,
  maxReads: MAX_PHRASE_READS,
  termsDecide: false,
  isWord: false,
});

export function titleLeaf(node: QueryNode): TextLeaf {
  const leaf =
    node.kind === "near"
      ? nearLeaf(node.words, node.distance)
      : node.kind === "word"
        ? wordLeaf(node.text)
        : phraseLeaf(node.kind === "phrase" ? node.text : "");
  return {
    ...leaf,
    name: `title ${leaf.name}`,
    inTitle: true,
    isDecided: false,
    maxReads: MAX_TITLE_READS,
    termsDecide: false,
  };
}

/** A node of a query that stands in texts. */
export type LeafNode = Extract<QueryNode, { readonly kind: "word" | "phrase" | "near" | "title" }>;

/** @param isExcluded what holds it is left out: nothing may be that does not hold it, so of a common word its terms do not decide either */
export function leafOf(node: LeafNode, isExcluded = false): TextLeaf {
  switch (node.kind) {
    case "word":
      return isExcluded ? excludedWordLeaf(node.text) : wordLeaf(node.text);
    case "phrase":
      return phraseLeaf(node.text);
    case "near":
      return nearLeaf(node.words, node.distance);
    case "title":
      return titleLeaf(node.node);
  }
}
