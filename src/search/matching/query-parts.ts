import { conjunctsOf, type QueryNode } from "../query/tree.ts";
import { isLightWord, isWholeWord, lightEnglishAmong } from "./words.ts";

/** Words of a query that are each wanted; one with more is a text, of which a share is wanted. */
const MAX_WANTED_WORDS = 8;

/** What a query asks for at its top. */
export interface QueryParts {
  /** Filters, which hold in every mode: phrases, exclusions, fields, nearness, and groups with any of these. */
  readonly filters: readonly QueryNode[];
  /** What words ask for, each to be held by an article that matches by words: a word, or a group of words. */
  readonly wanted: readonly QueryNode[];
  /** Where there are too many words to want each, or one is long: all of them, of which a share is wanted; `wanted` is then empty. */
  readonly text: readonly string[];
}

/** Takes a query's tree apart, as it is matched. */
export function splitQuery(tree: QueryNode | undefined): QueryParts {
  const conjuncts = conjunctsOf(tree);
  const filters = conjuncts.filter((node) => !asksWords(node));
  const words = conjuncts.filter(asksWords);
  const isLightEnglish = lightEnglishAmong(words.flatMap(wordsOf));
  const telling = words.filter(
    (node) => node.kind !== "word" || !(isLightWord(node.text) || isLightEnglish(node.text)),
  );
  const isText =
    telling.length > MAX_WANTED_WORDS || words.some((node) => node.kind === "word" && !isWholeWord(node.text));
  if (isText) return { filters, wanted: [], text: words.flatMap(wordsOf) };
  return { filters, wanted: telling.length > 0 ? telling : words, text: [] };
}

/** A word, or a group of nothing but words: what may also be met by meaning. */
function asksWords(node: QueryNode): boolean {
  if (node.kind === "word") return true;
  return (node.kind === "and" || node.kind === "or") && node.nodes.every(asksWords);
}

function wordsOf(node: QueryNode): string[] {
  if (node.kind === "word") return [node.text];
  return node.kind === "and" || node.kind === "or" ? node.nodes.flatMap(wordsOf) : [];
}
