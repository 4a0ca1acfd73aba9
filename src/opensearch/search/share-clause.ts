import type { MatchRule } from "../../search/matching/match-rule.ts";
import { type ShareRule, shareRuleOf } from "../../search/matching/share-rule.ts";
import { distinctTermsOf, type Term, type TermStatistics } from "../../search/matching/words.ts";
import type { Clause } from "../read/snapshot-reads.ts";
import { anyOfClauses, heavyEnough, NOTHING, toTermClause } from "./term-clause.ts";

/** Articles that hold a share of some words: enough of them to match, or the least that says something. */
export interface ShareClauses {
  readonly enough: Clause;
  readonly least: Clause;
}

/** The rule for a text, as a sum of what its characters weigh; see {@link ShareRule}. */
export function toShareClauses(words: readonly string[], terms: TermStatistics): ShareClauses {
  const { rule, bits } = shareRuleOf(words, terms);
  // None of the words stands anywhere.
  if (rule.must !== 0) return { enough: NOTHING, least: NOTHING };
  const cells = toCells({ rule, bits }, new Map(words.flatMap(distinctTermsOf).map((term) => [term.text, term])));
  return { enough: heavyEnough(cells, Math.max(1, rule.needed)), least: heavyEnough(cells, rule.least) };
}

/** For each character the terms that cover it, and what it weighs: its own pair, and the one before where they are joined. */
function toCells(
  { rule, bits }: ShareRule,
  terms: ReadonlyMap<string, Term>,
): { readonly clause: Clause; readonly weight: number }[] {
  return Array.from({ length: 31 }, (_, bit) => bit).flatMap((bit) => {
    const weight = weightOf(rule, bit);
    if (weight === 0) return [];
    const isJoined = bit > 0 && (rule.joined & (1 << bit)) !== 0;
    const covering = [...bits]
      .filter(([, own]) => (own & (1 << bit)) !== 0 || (isJoined && (own & (1 << (bit - 1))) !== 0))
      .flatMap(([text]) => terms.get(text) ?? []);
    return covering.length === 0 ? [] : [{ clause: anyOfClauses(covering.map((term) => toTermClause(term))), weight }];
  });
}

const weightOf = ({ tables }: MatchRule, bit: number): number => tables[(bit >> 3) * 256 + (1 << (bit & 7))] ?? 0;
