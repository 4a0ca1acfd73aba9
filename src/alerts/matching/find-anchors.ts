import type { QueryParts } from "../../search/matching/query-parts.ts";
import { distinctTermsOf, isWholeWord, mayBeCompound, type TermStatistics } from "../../search/matching/words.ts";
import type { QueryNode } from "../../search/query/tree.ts";
import type { QueryFilters } from "../../search/query.ts";
import { fold } from "../../text/fold.ts";
import type { FollowedSearch } from "../followed-search.ts";

/** Stands before the name of a source among terms, of which none begins with it. */
const SOURCE_MARK = "\u0000";

export const sourceAnchor = (foldedSource: string): string => `${SOURCE_MARK}${foldedSource}`;

/** Alternatives by which a search is looked up, and how many articles of the archive hold one of them. */
interface Anchors {
  readonly terms: readonly string[];
  readonly cost: number;
}

export interface AnchorOptions {
  readonly statistics: TermStatistics;
  /** See {@link CompileOptions}. */
  readonly inPieces: boolean;
}

/**
 * The terms of which an article must hold one to match a search by words: the rarest that can be had, as every part of a conjunction is
 * needed. Undefined where a search can be met without any, such as one of exclusions alone.
 */
export function findAnchors(
  { filters, wanted, text }: QueryParts,
  fields: readonly (FollowedSearch | QueryFilters)[],
  { statistics, inPieces }: AnchorOptions,
): readonly string[] | undefined {
  const choices = [
    ...filters.map((node) => anchorsOf(node, { statistics, inPieces: false })),
    ...wanted.map((node) => anchorsOf(node, { statistics, inPieces })),
    text.length > 0 ? anyTermOf(text, statistics) : undefined,
  ];
  const best = rarest(choices);
  if (best !== undefined) return best.terms;
  // A source says less than a word, but enough not to look at each article of the others.
  return fields
    .find(({ sources, ...field }) => sources.length > 0 && !allowsNoSource(field))
    ?.sources.map((name) => sourceAnchor(fold(name)));
}

const allowsNoSource = (field: object): boolean =>
  "without" in field && Array.isArray(field.without) && field.without.includes("source");

function anchorsOf(node: QueryNode, options: AnchorOptions): Anchors | undefined {
  const { statistics, inPieces } = options;
  switch (node.kind) {
    case "word":
      // A share of a long word is enough, so any of its terms may be the one that is held.
      if (!isWholeWord(node.text) || (inPieces && mayBeCompound(node.text))) return anyTermOf([node.text], statistics);
      return rarestTermOf([node.text], statistics);
    case "phrase":
      return rarestTermOf([node.text], statistics);
    case "near":
      return rarestTermOf(node.words, statistics);
    case "title":
      return node.node.kind === "word" ? rarestTermOf([node.node.text], statistics) : anchorsOf(node.node, options);
    case "and":
      return rarest(node.nodes.map((part) => anchorsOf(part, options)));
    case "or": {
      const parts = node.nodes.map((part) => anchorsOf(part, options));
      const known = parts.filter((part) => part !== undefined);
      return known.length < parts.length ? undefined : join(known);
    }
    default:
      return undefined;
  }
}

const join = (alternatives: readonly Anchors[]): Anchors => ({
  terms: [...new Set(alternatives.flatMap(({ terms }) => terms))],
  cost: alternatives.reduce((sum, { cost }) => sum + cost, 0),
});

const singleAnchors = (texts: readonly string[], statistics: TermStatistics): Anchors[] =>
  texts.flatMap(distinctTermsOf).map((term) => ({ terms: [term.text], cost: statistics.find(term).documentFrequency }));

const anyTermOf = (texts: readonly string[], statistics: TermStatistics): Anchors =>
  join(singleAnchors(texts, statistics));

/** All terms are needed, so the one that the fewest articles hold is enough. */
const rarestTermOf = (texts: readonly string[], statistics: TermStatistics): Anchors | undefined =>
  rarest(singleAnchors(texts, statistics));

function rarest(choices: readonly (Anchors | undefined)[]): Anchors | undefined {
  return choices
    .filter((choice) => choice !== undefined)
    .reduce<Anchors | undefined>((best, one) => (best === undefined || one.cost < best.cost ? one : best), undefined);
}
