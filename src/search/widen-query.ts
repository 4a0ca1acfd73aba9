import type { Expansion, Synonyms } from "../text/synonyms.ts";
import { isWholeWord, mayBeCompound } from "./matching/words.ts";
import { parseTree, toWords } from "./query/parse-tree.ts";
import { printTree } from "./query/print-tree.ts";
import { allOf, anyOf, type QueryNode } from "./query/tree.ts";
import { type ParsedQuery, parseQuery } from "./query.ts";

/** A longer query is prose or a headline, which says what it means without other words. */
const MAX_WIDENED_UNITS = 100;

/** A stretch with fewer units between two synonyms is a part of another word. */
const MIN_WORD_UNITS = 2;

/** Compounds that one is widened by; of more it is not. */
const MAX_COMPOUNDS = 31;

/** Other words that a query is widened by, of all its words from the first on: what an engine looks for is bounded. */
const MAX_OTHERS = 40;

/** Stands behind the last synonym of a word. */
const END = { start: Number.MAX_SAFE_INTEGER, end: Number.MAX_SAFE_INTEGER, alternatives: [], canonical: "" };

/** A query with the other words that are looked for too. */
export interface WidenedQuery {
  /** In the query language, for an engine to search: `格鲁吉亚 总统` is `(格鲁吉亚 OR 乔治亚) 总统`. The query itself where it has no other words. */
  readonly query: string;
  /** Its text as it was typed. */
  readonly asked: string;
  /** What is looked for by meaning: the same for every word of a group, so that both ways to ask find the same. */
  readonly text: string;
  /** The other words, folded. */
  readonly alsoSearched: readonly string[];
  /** For each word that has others, those. */
  readonly others: ReadonlyMap<string, readonly string[]>;
}

/**
 * Widens a query by synonyms: each word that is one becomes a choice of all, in an order that does not depend on which of them was
 * typed, and so does a word that is several written together, where one of these means the same in any. Quoted phrases and what is excluded
 * stay as they are. Where some of the wider query would be left out, the query itself is asked for.
 * @param parsed the query, where it has been parsed before
 */
export function widenQuery(query: string, synonyms: Synonyms | undefined, parsed?: ParsedQuery): WidenedQuery {
  const asTyped = (): WidenedQuery => {
    const { text } = parsed ?? parseQuery(query);
    return { query, asked: text, text, alsoSearched: [], others: new Map() };
  };
  if (synonyms === undefined || synonyms.size === 0 || query.length > MAX_WIDENED_UNITS) return asTyped();
  const { tree } = parseTree(query);
  const alsoSearched = new Set<string>();
  const othersOf = new Map<string, readonly string[]>();
  const canonicalOf = new Map<string, string>();
  let left = MAX_OTHERS;
  const widened = mapWords(tree, (word) => {
    const found = findOthers(word, synonyms);
    if (found === undefined || found.alternatives.length > left) return undefined;
    left -= found.alternatives.length;
    canonicalOf.set(word, found.canonical);
    for (const other of found.told) alsoSearched.add(other);
    othersOf.set(word, found.alternatives);
    const others = [word, ...found.alternatives].filter((other) => other !== found.canonical).sort();
    return [found.canonical, ...others];
  });
  const printed = printTree(widened);
  if (alsoSearched.size === 0 || parseQuery(printed).wasCut) return asTyped();
  const canonical = mapWords(tree, (word) => {
    const own = canonicalOf.get(word);
    return own === undefined ? undefined : [own];
  });
  return {
    query: printed,
    asked: (parsed ?? parseQuery(query)).text,
    text: parseQuery(printTree(canonical)).text,
    alsoSearched: [...alsoSearched],
    others: othersOf,
  };
}

/** What else a word is called. */
interface Others extends Pick<Expansion, "alternatives" | "canonical"> {
  /** What a reader is told: of a word that is several written together the other words for these. */
  readonly told: readonly string[];
}

/** The other words for a word that is a synonym, or that is several written together of which one is: 养老院火灾, 安老院火警. */
function findOthers(word: string, synonyms: Synonyms): Others | undefined {
  const expansions = synonyms.expand(word);
  const [first] = expansions;
  if (first === undefined) return undefined;
  if (first.start === 0 && first.end === word.length) return { ...first, told: first.alternatives };
  const isCompound = mayBeCompound(word) && isWholeWord(word) && expansions.every(({ inCompounds }) => inCompounds);
  return isCompound ? combine(word, expansions) : undefined;
}

/** All that a compound may be called, where what is left between its synonyms may be words too. */
function combine(word: string, expansions: readonly Expansion[]): Others | undefined {
  let forms = [""];
  let canonical = "";
  let done = 0;
  for (const { start, end, alternatives, canonical: own } of [...expansions, END]) {
    const between = word.slice(done, Math.min(start, word.length));
    if (between.length > 0 && between.length < MIN_WORD_UNITS) return undefined;
    const choices = start < word.length ? [word.slice(start, end), ...alternatives] : [""];
    forms = forms.flatMap((form) => choices.map((choice) => form + between + choice));
    canonical += between + (start < word.length ? own : "");
    done = end;
  }
  const others = forms.filter((form) => form !== word).sort();
  const told = expansions.flatMap(({ alternatives }) => alternatives);
  return others.length > MAX_COMPOUNDS ? undefined : { alternatives: others, canonical, told };
}

/** The tree with a choice in the place of each wanted word for which `choose` gives words. */
function mapWords(
  node: QueryNode | undefined,
  choose: (word: string) => readonly string[] | undefined,
): QueryNode | undefined {
  switch (node?.kind) {
    case "word": {
      const words = choose(node.text);
      return words === undefined ? node : anyOf(words.flatMap((word) => toNode(word) ?? []));
    }
    case "title": {
      const inner = mapWords(node.node, choose);
      return inner?.kind === "or" ? anyOf(inner.nodes.map((part) => ({ kind: "title", node: part }))) : node;
    }
    case "and":
      return allOf(node.nodes.flatMap((part) => mapWords(part, choose) ?? []));
    case "or":
      return anyOf(node.nodes.flatMap((part) => mapWords(part, choose) ?? []));
    default:
      return node;
  }
}

const toNode = (words: string): QueryNode | undefined => allOf(toWords(words).map((text) => ({ kind: "word", text })));
