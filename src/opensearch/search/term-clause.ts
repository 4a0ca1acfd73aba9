import type { Term } from "../../search/matching/words.ts";
import { toToken } from "../index/tokens.ts";
import type { Clause } from "../read/snapshot-reads.ts";

/** Where terms are looked for: `terms` holds those of title and body. */
export type TermField = "terms" | "titleTerms" | "bodyTerms";

/** Articles that hold a term. A single Chinese character is the beginning of its pairs. */
export const toTermClause = ({ text, key }: Term, field: TermField = "terms"): Clause =>
  key.lastLow === undefined ? { term: { [field]: toToken(text) } } : { prefix: { [field]: toToken(text) } };

export const allOfClauses = (clauses: readonly Clause[]): Clause => ({ bool: { filter: clauses } });

export const anyOfClauses = (clauses: readonly Clause[]): Clause => ({
  bool: { should: clauses, minimum_should_match: 1 },
});

export const notClause = (clause: Clause): Clause => ({ bool: { must_not: [clause] } });

export const EVERYTHING: Clause = { match_all: {} };

export const NOTHING: Clause = { match_none: {} };

/** Articles that hold clauses whose weights, whole numbers, add up to at least as much; the sum is the score. */
export const heavyEnough = (
  clauses: readonly { readonly clause: Clause; readonly weight: number }[],
  least: number,
): Clause => ({
  function_score: {
    query: {
      bool: { should: clauses.map(({ clause, weight }) => ({ constant_score: { filter: clause, boost: weight } })) },
    },
    min_score: least,
  },
});
