import { MAX_QUERY_UNITS } from "./limits.ts";
import { dayBefore } from "./query/day-value.ts";
import { limitParts } from "./query/limit-parts.ts";
import { parseTree } from "./query/parse-tree.ts";
import { printTree } from "./query/print-tree.ts";
import { allOf, conjunctsOf, type FieldNode, isField, type QueryNode } from "./query/tree.ts";

/** What a query says of sources, categories and days at its top: conditions on the article beside its text. */
export interface QueryFilters {
  /** Any of these; empty: all. As typed; compared folded. */
  readonly sources: readonly string[];
  readonly categories: readonly string[];
  /** None of these. */
  readonly excludedSources: readonly string[];
  readonly excludedCategories: readonly string[];
  /** First and last day, both inclusive, `YYYY-MM-DD`. */
  readonly from?: string;
  readonly to?: string;
}

/**
 * What a person asked, taken apart; see {@link parseTree} for the language.
 *
 *     北京 冬奥会 "开幕 仪式" -门票 -"闭幕式" source:新华社 after:2022
 *     └─words──┘ └─phrase──┘ └─exclusions─┘ └────filters─────────┘
 */
export interface ParsedQuery {
  /** As typed, cut to {@link MAX_QUERY_UNITS}. */
  readonly typed: string;
  /** What is asked of the text of an article, and what stands in alternatives; undefined where nothing is. */
  readonly tree: QueryNode | undefined;
  /** What is asked at the top beside the text; several sources are alternatives, as no article has two. */
  readonly filters: QueryFilters;
  /**
   * True where the tree is nothing but a conjunction of {@link words}, {@link phrases} and {@link exclusions}, which then say all of it.
   */
  readonly isPlain: boolean;
  /**
   * What is looked for by meaning: words and phrases in their order, without quotes and exclusions. Folded, so that a query
   * and its twin in the other script are one text, whatever the encoder makes of scripts.
   */
  readonly text: string;
  /** Words of the whole tree but for what is excluded, distinct, in order: what scores and what is marked. */
  readonly words: readonly string[];
  /** Phrases of the whole tree but for what is excluded, distinct. */
  readonly phrases: readonly string[];
  /** Words and phrases that are excluded at the top; none may stand in the title or the body. */
  readonly exclusions: readonly string[];
  /** How the query was read and obeyed, in its own language: the tree and the filters, printed. */
  readonly readAs: string;
  /** What looks like an operator and is none; see {@link parseTree}. */
  readonly unknown: readonly string[];
  /** Some of it was left out: it was too long, too deep, or had too many operators or too many words in groups. */
  readonly wasCut: boolean;
  /** Nothing was typed but white space. */
  readonly isEmpty: boolean;
}

/** Takes a query apart. Never throws: what is no operator is text. */
export function parseQuery(query: string): ParsedQuery {
  const typed = cutQuery(query);
  const parsed = parseTree(typed);
  const { parts, wasLimited } = limitParts(conjunctsOf(parsed.tree));
  const tree = allOf(parts.filter((part) => !isField(part)));
  const sought = collectSought(tree);
  const inOrder = sought.map(({ text }) => text);
  let readAs: string | undefined;
  return {
    typed,
    tree,
    filters: toFilters(parts.filter(isField)),
    isPlain: conjunctsOf(tree).every(isPlainPart),
    text: inOrder.join(" "),
    words: distinct(sought.filter(({ kind }) => kind === "word")),
    phrases: distinct(sought.filter(({ kind }) => kind === "phrase")),
    exclusions: conjunctsOf(tree).flatMap(toExclusion),
    // Most who parse a query do not show it, and printing one of many words takes as long as the rest.
    get readAs() {
      readAs ??= printTree(allOf(parts));
      return readAs;
    },
    unknown: parsed.unknown,
    wasCut: typed.length < query.length || parsed.wasCut || wasLimited,
    isEmpty: typed.trim() === "",
  };
}

/**
 * What a query says of sources, categories and days, groups of these included, in its own language: a search for it finds all articles that
 * the query was asked of, whatever their text.
 */
export function filtersAlone(query: string): string {
  const { parts } = limitParts(conjunctsOf(parseTree(cutQuery(query)).tree));
  return printTree(allOf(parts.filter(asksNoText)));
}

function asksNoText(node: QueryNode): boolean {
  if (node.kind === "and" || node.kind === "or") return node.nodes.every(asksNoText);
  return isField(node) || (node.kind === "not" && asksNoText(node.node));
}

function cutQuery(query: string): string {
  if (query.length <= MAX_QUERY_UNITS) return query;
  const unit = query.charCodeAt(MAX_QUERY_UNITS - 1);
  const splitsPair = unit >= 0xd800 && unit <= 0xdbff;
  return query.slice(0, splitsPair ? MAX_QUERY_UNITS - 1 : MAX_QUERY_UNITS);
}

type Leaf = Extract<QueryNode, { readonly kind: "word" | "phrase" }>;

const distinct = (leaves: readonly Leaf[]): string[] => [...new Set(leaves.map(({ text }) => text))];

/** Words and phrases that are wanted, in order; the words of a nearness are words. */
function collectSought(node: QueryNode | undefined): Leaf[] {
  switch (node?.kind) {
    case "word":
    case "phrase":
      return [node];
    case "near":
      return node.words.map((text) => ({ kind: "word", text }));
    case "title":
      return collectSought(node.node);
    case "and":
    case "or":
      return node.nodes.flatMap(collectSought);
    default:
      return [];
  }
}

function isPlainPart(node: QueryNode): boolean {
  if (node.kind === "not") return node.node.kind === "word" || node.node.kind === "phrase";
  return node.kind === "word" || node.kind === "phrase";
}

function toExclusion(node: QueryNode): string[] {
  if (node.kind !== "not") return [];
  return node.node.kind === "word" || node.node.kind === "phrase" ? [node.node.text] : [];
}

function toFilters(nodes: readonly QueryNode[]): QueryFilters {
  const wanted = nodes.filter((node): node is FieldNode => node.kind !== "not");
  const excluded = nodes.flatMap((node) => (node.kind === "not" ? [node.node as FieldNode] : []));
  const values = (list: readonly FieldNode[], kind: "source" | "category"): string[] =>
    list.flatMap((node) => (node.kind === kind ? [node.value] : []));
  const from = daysOf(wanted, "after").sort().at(-1);
  const to = daysOf(wanted, "before")
    .map((day) => dayBefore(day) ?? "0000-01-01")
    .sort()
    .at(0);
  return {
    sources: values(wanted, "source"),
    categories: values(wanted, "category"),
    excludedSources: values(excluded, "source"),
    excludedCategories: values(excluded, "category"),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

const daysOf = (nodes: readonly FieldNode[], kind: "before" | "after"): string[] =>
  nodes.flatMap((node) => (node.kind === kind ? [node.day] : []));
