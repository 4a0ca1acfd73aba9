import type { QueryParts } from "../../search/matching/query-parts.ts";
import { MAX_TERMS } from "../../search/matching/share-rule.ts";
import { distinctTermsOf, type FoundTerm, wordSize } from "../../search/matching/words.ts";
import type { QueryNode } from "../../search/query/tree.ts";
import type { ParsedQuery } from "../../search/query.ts";
import type { Clause } from "../read/snapshot-reads.ts";
import type { NodeClauses } from "./node-clauses.ts";
import { toShareClauses } from "./share-clause.ts";
import { allOfClauses, EVERYTHING, toTermClause } from "./term-clause.ts";
import type { TermCounts } from "./term-counts.ts";

/** Words of one run of this size or more may be held in part, which makes an article related. */
const MIN_SIZE_OF_PARTS = 4;

/** What words ask for. */
export interface WordsPlan {
  /** Articles that match by words. */
  readonly match: Clause;
  /** Articles that hold some of the words; undefined where that says nothing. */
  readonly partial: Clause | undefined;
  /** What BM25 counts; distinct. */
  readonly scored: readonly FoundTerm[];
  /** For each wanted part the articles that hold it; none for a text. */
  readonly wanted: readonly Clause[];
  readonly isText: boolean;
  /** Inverse document frequency of each term's text: what a snippet weighs sentences by. */
  readonly weights: ReadonlyMap<string, number>;
}

export interface PlanInput {
  readonly query: ParsedQuery;
  readonly parts: QueryParts;
  readonly terms: TermCounts;
  readonly nodes: NodeClauses;
}

export async function planWords({ query, parts, terms, nodes }: PlanInput): Promise<WordsPlan> {
  const isText = parts.text.length > 0;
  const scored = new Map(
    [...query.words, ...query.phrases, ...parts.text].flatMap(distinctTermsOf).map((term) => [term.text, term]),
  );
  const found = [...scored.values()].slice(0, MAX_TERMS).map((term) => terms.find(term));
  const shared = { scored: found, isText, weights: new Map(found.map(({ text, idf }) => [text, idf])) };
  if (isText) {
    const { enough, least } = toShareClauses(parts.text, terms);
    return { ...shared, match: enough, partial: least, wanted: [] };
  }
  const wanted = (await Promise.all(parts.wanted.map((node) => nodes.find(node)))).map(({ clause }) => clause);
  const words = parts.wanted.flatMap(wordsOf);
  return {
    ...shared,
    match: wanted.length === 0 ? EVERYTHING : allOfClauses(wanted),
    partial: saysInPart(words) ? toShareClauses(words, terms).least : undefined,
    wanted,
  };
}

/** What an article scores by words: BM25 of each term; a single character, which is many pairs, does not count. */
export const toScoreClauses = ({ scored }: Pick<WordsPlan, "scored">): Clause[] =>
  scored
    .filter(({ key, documentFrequency }) => key.lastLow === undefined && documentFrequency > 0)
    .map((term) => toTermClause(term));

/** Whether holding some of the words says something: not of one short word. */
function saysInPart(words: readonly string[]): boolean {
  const [only, ...others] = words;
  return only !== undefined && (others.length > 0 || wordSize(only) >= MIN_SIZE_OF_PARTS);
}

function wordsOf(node: QueryNode): string[] {
  if (node.kind === "word") return [node.text];
  return node.kind === "and" || node.kind === "or" ? node.nodes.flatMap(wordsOf) : [];
}
