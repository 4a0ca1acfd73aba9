import type { MatchRule } from "../../search/matching/match-rule.ts";
import { type QueryParts, splitQuery } from "../../search/matching/query-parts.ts";
import { shareRuleOf } from "../../search/matching/share-rule.ts";
import { nearLeaf, phraseLeaf, type TextLeaf, titleLeaf, wordLeaf } from "../../search/matching/text-leaf.ts";
import { distinctTermsOf, isWholeWord, mayBeCompound, type TermStatistics } from "../../search/matching/words.ts";
import type { QueryNode } from "../../search/query/tree.ts";
import { parseQuery, type QueryFilters } from "../../search/query.ts";
import { parseTimeRange, type TimeRange, toTimeRange } from "../../search/time-range.ts";
import { dayStartMs } from "../../text/days.ts";
import { fold } from "../../text/fold.ts";
import type { FollowedSearch } from "../followed-search.ts";
import type { ArticleView } from "./article-view.ts";
import { findAnchors } from "./find-anchors.ts";

/** Whether an article meets a condition. */
export type ViewTest = (view: ArticleView) => boolean;

export interface CompileOptions {
  /** IANA zone in which days begin. */
  readonly timezone: string;
  /** How common terms are: what a share of a text weighs, and which term a search is looked up by. */
  readonly statistics: TermStatistics;
  /** Words that may be several, such as 养老院火灾, are held in pieces: where no article of the archive holds all words in one piece. */
  readonly inPieces: boolean;
}

/** What a query's words ask for, which says how near in meaning an article must be instead. */
export type Asked = "words" | "text" | "nothing";

/** A search made ready to be held against one article at a time, by the rules of docs/SEARCH.md. */
export interface CompiledSearch {
  /** An article that matches by words holds at least one of these; undefined where nothing can be told from terms. */
  readonly anchors: readonly string[] | undefined;
  readonly asked: Asked;
  /** What holds in every mode: sources, days, phrases, exclusions. */
  readonly passesFilters: ViewTest;
  /** Whether an article that passes the filters holds the words. */
  readonly holdsWords: ViewTest;
  /** Whether it holds some of a text, if not the share that is needed. */
  readonly holdsSome: ViewTest;
}

const never: ViewTest = () => false;
const always: ViewTest = () => true;

/**
 * Compiles the rules of a keyword search. Whether an article matches depends on it, the search, and for texts on the statistics: phrases and
 * words are always read in the text, however common they are.
 * @param query the search's query, widened by synonyms
 */
export function compileSearch(search: FollowedSearch, query: string, options: CompileOptions): CompiledSearch {
  const parsed = parseQuery(query);
  const parts = splitQuery(parsed.tree);
  const asked: Asked = parts.text.length > 0 ? "text" : parts.wanted.length > 0 ? "words" : "nothing";
  // Something was typed, but nothing that could be looked for.
  if (parsed.readAs === "" && !parsed.isEmpty)
    return { anchors: [], asked, passesFilters: never, holdsWords: never, holdsSome: never };
  const filters = [
    ...toFieldTests(search, parsed.filters, options.timezone),
    ...parts.filters.map((node) => toTest(node, { ...options, inPieces: false })),
  ];
  return {
    anchors: findAnchors(parts, [search, parsed.filters], options),
    asked,
    passesFilters: (view) => filters.every((test) => test(view)),
    ...toWordTests(parts, options),
  };
}

function toWordTests(parts: QueryParts, options: CompileOptions): Pick<CompiledSearch, "holdsWords" | "holdsSome"> {
  if (parts.text.length === 0) {
    const wanted = parts.wanted.map((node) => toTest(node, options));
    return { holdsWords: (view) => wanted.every((test) => test(view)), holdsSome: never };
  }
  const { rule, bitsOf } = toShare(parts.text, options.statistics);
  return {
    holdsWords: (view) => rule.isMet(bitsOf(view)),
    holdsSome: (view) => rule.weighsLeast(bitsOf(view)),
  };
}

/** As it stands within exclusions, what holds it is left out. */
type Within = CompileOptions & { readonly isExcluded?: boolean };

function toTest(node: QueryNode, options: Within): ViewTest {
  switch (node.kind) {
    case "word":
      if (options.isExcluded === true || (isWholeWord(node.text) && !(options.inPieces && mayBeCompound(node.text))))
        return toLeafTest(wordLeaf(node.text));
      return toShareTest(node.text, options.statistics);
    case "phrase":
      return toLeafTest(phraseLeaf(node.text));
    case "near":
      return toLeafTest(nearLeaf(node.words, node.distance));
    case "title":
      return toLeafTest(titleLeaf(node.node));
    case "source":
    case "category": {
      const [wanted, field] = [fold(node.value), node.kind];
      return (view) => view[field] === wanted;
    }
    case "after": {
      const startMs = dayStartMs(node.day, options.timezone);
      return ({ publishedAtMs }) => publishedAtMs >= startMs;
    }
    case "before": {
      const endMs = dayStartMs(node.day, options.timezone);
      return ({ publishedAtMs }) => publishedAtMs < endMs && publishedAtMs !== Number.NEGATIVE_INFINITY;
    }
    case "not": {
      const test = toTest(node.node, { ...options, isExcluded: options.isExcluded !== true });
      return (view) => !test(view);
    }
    case "and": {
      const tests = node.nodes.map((part) => toTest(part, options));
      return (view) => tests.every((test) => test(view));
    }
    case "or": {
      const tests = node.nodes.map((part) => toTest(part, options));
      return (view) => tests.some((test) => test(view));
    }
  }
}

/** Every term must be there, and a text that passes the test. */
function toLeafTest({ parts, test, isDecided, inTitle }: TextLeaf): ViewTest {
  const terms = parts.flatMap((part) => distinctTermsOf(part).map(({ text }) => text));
  return (view) => terms.every((term) => view.terms.has(term)) && (isDecided || view.holds(test, { inTitle }));
}

function toShareTest(word: string, statistics: TermStatistics): ViewTest {
  const { rule, bitsOf } = toShare([word], statistics);
  return (view) => rule.isMet(bitsOf(view));
}

interface Share {
  readonly rule: MatchRule;
  readonly bitsOf: (view: ArticleView) => number;
}

function toShare(words: readonly string[], statistics: TermStatistics): Share {
  const { rule, bits } = shareRuleOf(words, statistics);
  const known = [...bits];
  return {
    rule,
    bitsOf: ({ terms }) => known.reduce((sum, [term, bit]) => (terms.has(term) ? sum | bit : sum), 0),
  };
}

/** Sources, categories and days, of the search and of its query. */
function toFieldTests(search: FollowedSearch, query: QueryFilters, timezone: string): ViewTest[] {
  const lacks = search.without ?? [];
  const range = lacks.includes("date") ? undefined : parseTimeRange(search, timezone);
  return [
    ...(lacks.includes("date") ? [({ publishedAtMs }: ArticleView) => publishedAtMs === Number.NEGATIVE_INFINITY] : []),
    toRangeTest(range),
    toRangeTest(toTimeRange(query, timezone)),
    ...[search, query].flatMap((filter) => [
      toNameTest("source", filter.sources, filter.excludedSources, filter === search && lacks.includes("source")),
      toNameTest(
        "category",
        filter.categories,
        filter.excludedCategories,
        filter === search && lacks.includes("category"),
      ),
    ]),
  ].filter((test) => test !== always);
}

function toRangeTest(range: TimeRange | undefined): ViewTest {
  if (range === undefined) return always;
  return ({ publishedAtMs }) => publishedAtMs >= range.startMs && publishedAtMs < range.endMs;
}

function toNameTest(
  field: "source" | "category",
  wanted: readonly string[],
  excluded: readonly string[],
  wantsNone: boolean,
): ViewTest {
  if (wanted.length === 0 && excluded.length === 0 && !wantsNone) return always;
  const wantedNames = new Set(wanted.map(fold));
  const excludedNames = new Set(excluded.map(fold));
  const wantsAll = wantedNames.size === 0 && !wantsNone;
  return (view) => {
    const name = view[field];
    return (wantsAll || wantedNames.has(name) || (wantsNone && name === "")) && !excludedNames.has(name);
  };
}
