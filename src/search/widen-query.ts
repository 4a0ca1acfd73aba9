import type { Synonyms } from "../text/synonyms.ts";
import { parseTree, toWords } from "./query/parse-tree.ts";
import { printTree } from "./query/print-tree.ts";
import { allOf, anyOf, type QueryNode } from "./query/tree.ts";
import { type ParsedQuery, parseQuery } from "./query.ts";

/** A longer query is prose or a headline, which says what it means without other words. */
const MAX_WIDENED_UNITS = 100;

/** A query with the other words that are looked for too. */
export interface WidenedQuery {
  /** In the query language, for an engine to search: `格鲁吉亚 总统` is `(格鲁吉亚 OR 乔治亚) 总统`. The query itself where it has no other words. */
  readonly query: string;
  /** What is looked for by meaning: the same for every word of a group, so that both ways to ask find the same. */
  readonly text: string;
  /** The other words, folded, in order. */
  readonly alsoSearched: readonly string[];
  /** For each word that has others, those. */
  readonly others: ReadonlyMap<string, readonly string[]>;
}

/**
 * Widens a query by synonyms: each word that is one becomes a choice of all, in an order that does not depend on which of them was
 * typed. Quoted phrases and what is excluded stay as they are; so do words of which a synonym is only a part.
 * @param parsed the query, where it has been parsed before
 */
export function widenQuery(query: string, synonyms: Synonyms | undefined, parsed?: ParsedQuery): WidenedQuery {
  const asTyped = (): WidenedQuery => {
    const { text } = parsed ?? parseQuery(query);
    return { query, text, alsoSearched: [], others: new Map() };
  };
  if (synonyms === undefined || synonyms.size === 0 || query.length > MAX_WIDENED_UNITS) return asTyped();
  const { tree } = parseTree(query);
  const alsoSearched = new Set<string>();
  const othersOf = new Map<string, readonly string[]>();
  const widened = mapWords(tree, (word) => {
    const [found] = synonyms.expand(word);
    if (found === undefined || found.start > 0 || found.end < word.length) return undefined;
    for (const other of found.alternatives) alsoSearched.add(other);
    othersOf.set(word, found.alternatives);
    const others = [word, ...found.alternatives].filter((other) => other !== found.canonical).sort();
    return [found.canonical, ...others];
  });
  if (alsoSearched.size === 0) return asTyped();
  const canonical = mapWords(tree, (word) => {
    const [found] = synonyms.expand(word);
    return found !== undefined && found.start === 0 && found.end === word.length ? [found.canonical] : undefined;
  });
  return {
    query: printTree(widened),
    text: parseQuery(printTree(canonical)).text,
    alsoSearched: [...alsoSearched],
    others: othersOf,
  };
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
