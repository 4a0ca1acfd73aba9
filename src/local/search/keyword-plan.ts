import { MatchRule, type RowRule, RULE_BITS } from "../../search/matching/match-rule.ts";
import type { QueryParts } from "../../search/matching/query-parts.ts";
import { layOutCharacters, MAX_TERMS, shareRuleOf } from "../../search/matching/share-rule.ts";
import { distinctTermsOf, type TermStatistics, wordSize } from "../../search/matching/words.ts";
import type { QueryNode } from "../../search/query/tree.ts";
import type { TermKey } from "../../text/terms.ts";

/** Words of one run of this size or more may be held in part, which makes an article related. */
const MIN_SIZE_OF_PARTS = 4;

/** A term of a query: what it adds to a row's score and bits. */
export interface PlannedTerm {
  readonly key: TermKey;
  readonly documentFrequency: number;
  readonly idf: number;
  /** 0: it counts for the score alone. */
  readonly bits: number;
}

/**
 * From what words ask for to terms, and the rule by which an article matches by words. Each term has a bit; a row collects the bits of
 * the terms that it holds, and the rule reads nothing but these bits:
 *
 *     wanted     5g      新冠    人工智能      (意大利 OR 英格兰)
 *     bits       0       1 2     3 4 5 6       7 8 9 10 11 12 for its words, and 13, given to the rows that were found to hold the group
 *
 * A bit stands for a character, as in a {@link ShareRule}, so that the same bits tell which rows hold every part and which are the best of
 * those that hold some. Where there are more characters than bits, a bit stands for a term, and the best are looked for again.
 */
export interface KeywordPlan {
  /** Distinct. */
  readonly terms: readonly PlannedTerm[];
  /** By which rows match by words. */
  readonly rule: MatchRule;
  /** Bits of rows that are told from outside: those that hold the node. */
  readonly given: readonly { readonly node: QueryNode; readonly bits: number }[];
  /** Words whose texts are to be read in rows that hold all their pairs. */
  readonly read: readonly string[];
  /** Parts that are wanted. */
  readonly wantedCount: number;
  /** How many of the wanted parts a row with these bits holds. */
  countHeld(bits: number): number;
  /** Whether a share of a text is wanted, and not every part. */
  readonly isText: boolean;
  /** Whether the rule also tells the best of the rows that hold a share of it. */
  readonly tellsBest: boolean;
  /** A bit that no term has: for rows that hold as many parts as can be had. */
  readonly spareBit: number;
  /** Inverse document frequency of each term's text: what a snippet weighs sentences by. */
  readonly weights: ReadonlyMap<string, number>;
}

/** The plan with other terms' bits and rule: to find the best of the rows that hold some of it. */
export interface PartialPlan {
  readonly terms: readonly PlannedTerm[];
  readonly rule: RowRule;
}

export interface PlanInput {
  readonly parts: QueryParts;
  /** Texts whose terms count for the score: words and phrases that are asked for. */
  readonly texts: readonly string[];
  readonly lookup: TermStatistics;
  /** Whether texts are read to know which articles hold a word. */
  readonly isRead: (word: string) => boolean;
}

/** Looks the terms up and sets the rule. */
export function planKeywords({ parts, texts, lookup, isRead }: PlanInput): KeywordPlan {
  const isText = parts.text.length > 0;
  const layout = isText ? layOutText(parts.text, lookup) : layOutWanted(parts.wanted, lookup);
  const { rule, bits, given, held, tellsBest } = layout;
  const scored = new Map([...texts, ...parts.text].flatMap(distinctTermsOf).map((term) => [term.text, term]));
  const terms = [...scored.values()].slice(0, MAX_TERMS).map((term) => lookup.find(term));
  return {
    terms: terms.map(({ text, key, documentFrequency, idf }) => ({
      key,
      documentFrequency,
      idf,
      bits: bits.get(text) ?? 0,
    })),
    rule,
    given,
    read: parts.wanted.flatMap((node) =>
      node.kind === "word" && !given.some((one) => one.node === node) && isRead(node.text) ? [node.text] : [],
    ),
    wantedCount: held.length,
    countHeld: (rowBits) => held.reduce((sum, isHeld) => sum + (isHeld(rowBits) ? 1 : 0), 0),
    isText,
    tellsBest,
    spareBit: SPARE_BIT,
    weights: new Map(terms.map(({ text, idf }) => [text, idf])),
  };
}

/** The plan by which rows are related that hold some of what is wanted, where {@link KeywordPlan} does not tell; undefined where that says nothing. */
export function planPartial({ parts, texts, lookup }: PlanInput): PartialPlan | undefined {
  const words = parts.wanted.flatMap(textsOf);
  if (!saysInPart(words)) return undefined;
  const { rule, bits } = shareRuleOf(words, lookup);
  const terms = new Map([...texts, ...words].flatMap(distinctTermsOf).map((term) => [term.text, term]));
  return {
    terms: [...terms.values()].slice(0, MAX_TERMS).map((term) => {
      const { key, documentFrequency, idf } = lookup.find(term);
      return { key, documentFrequency, idf, bits: bits.get(term.text) ?? 0 };
    }),
    rule: rule.forBestAlone,
  };
}

/** Whether holding some of the words says something: not of one short word. */
function saysInPart(words: readonly string[]): boolean {
  const [only, ...others] = words;
  return only !== undefined && (others.length > 0 || wordSize(only) >= MIN_SIZE_OF_PARTS);
}

function textsOf(node: QueryNode): string[] {
  if (node.kind === "word") return [node.text];
  return node.kind === "and" || node.kind === "or" ? node.nodes.flatMap(textsOf) : [];
}

const SPARE_BIT = 1 << (RULE_BITS - 1);
const PLAN_BITS = RULE_BITS - 1;

interface Layout {
  readonly rule: MatchRule;
  readonly bits: ReadonlyMap<string, number>;
  readonly given: KeywordPlan["given"];
  /** For each wanted part whether a row with some bits holds it. */
  readonly held: readonly ((bits: number) => boolean)[];
  readonly tellsBest: boolean;
}

/** A share of all words is wanted. */
function layOutText(words: readonly string[], lookup: TermStatistics): Layout {
  const { rule, bits } = shareRuleOf(words, lookup);
  return { rule, bits, given: [], held: [(rowBits) => rule.isMet(rowBits)], tellsBest: true };
}

/** Every part is wanted: words by the bits of their characters, groups by a bit that is given. */
function layOutWanted(wanted: readonly QueryNode[], lookup: TermStatistics): Layout {
  const words = wanted.flatMap(textsOf);
  const groups = wanted.filter((node) => node.kind !== "word");
  const characters = layOutCharacters(words, lookup, PLAN_BITS - groups.length);
  if (characters === undefined) return layOutTerms(wanted);
  const { parts, bits } = characters;
  const given = groups.map((node, index) => ({ node, bits: 1 << (PLAN_BITS - 1 - index) }));
  const masks = wanted.map((node) => {
    if (node.kind !== "word") return given.find((one) => one.node === node)?.bits ?? 0;
    return distinctTermsOf(node.text).reduce((mask, { text }) => mask | (bits.get(text) ?? 0), 0);
  });
  return {
    rule: new MatchRule({ ...parts, must: masks.reduce((must, mask) => must | mask, 0), mustDecides: true }),
    bits,
    given,
    held: masks.map(isHeldBy),
    tellsBest: saysInPart(words),
  };
}

const isHeldBy =
  (mask: number) =>
  (rowBits: number): boolean =>
    (rowBits & mask) === mask;

/** As {@link layOutWanted} where there are more characters than bits: a bit for each term, and one that is given for what is left. */
function layOutTerms(wanted: readonly QueryNode[]): Layout {
  const bits = new Map<string, number>();
  const given: { node: QueryNode; bits: number }[] = [];
  const masks: number[] = [];
  let used = 0;
  for (const [index, node] of wanted.entries()) {
    const terms = node.kind === "word" ? distinctTermsOf(node.text) : [];
    const added = terms.filter(({ text }) => !bits.has(text)).length;
    // Each part that is left needs a bit at least.
    if (terms.length > 0 && added <= PLAN_BITS - used - (wanted.length - index - 1)) {
      for (const { text } of terms) if (!bits.has(text)) bits.set(text, 1 << used++);
      masks.push(terms.reduce((mask, { text }) => mask | (bits.get(text) ?? 0), 0));
    } else {
      const own = 1 << used++;
      given.push({ node, bits: own });
      masks.push(own);
    }
  }
  const must = masks.reduce((all, mask) => all | mask, 0);
  return { rule: new MatchRule({ must }), bits, given, held: masks.map(isHeldBy), tellsBest: false };
}
