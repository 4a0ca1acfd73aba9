import { MatchRule, type MatchRuleParts, RULE_BITS } from "./match-rule.ts";
import { isLight, lightEnglishAmong, runsOf, type TermStatistics, termsOf } from "./words.ts";

/**
 * The rule for a long word or a text: an article matches when it holds a share of its characters, by weight.
 *
 *     word       人  工  智  能  监  管         a pair covers its two characters, so
 *     terms      └b0─┘                          covered = seen | (seen << 1 & joined)
 *                    └b1─┘                      and the pair 能监, which stands in no article,
 *     characters b0  b1  b2  b3  b4  b5         costs nothing: 智能 and 监管 cover both
 */
export interface ShareRule {
  readonly rule: MatchRule;
  /** Bits of each term, by its text. */
  readonly bits: ReadonlyMap<string, number>;
}

/** As {@link ShareRule}, with a bit for each character, before more is asked. */
export interface CharacterLayout {
  readonly parts: MatchRuleParts;
  readonly bits: ReadonlyMap<string, number>;
}

/** A character (or a whole word of another script) and what it weighs. */
interface Cell {
  readonly isLight: boolean;
  readonly idf: number;
}

/** The rule for texts of any length, over all bits of a row. */
export function shareRuleOf(words: readonly string[], lookup: TermStatistics): ShareRule {
  const layout = layOutCharacters(words, lookup, RULE_BITS);
  return layout === undefined ? layOutTelling(words, lookup) : { rule: new MatchRule(layout.parts), bits: layout.bits };
}

/** A bit per character; undefined when there are more characters than bits. */
export function layOutCharacters(
  words: readonly string[],
  lookup: TermStatistics,
  maxBits: number,
): CharacterLayout | undefined {
  const bits = new Map<string, number>();
  const cells: Cell[] = [];
  const runs = words.flatMap(runsOf);
  const isLightEnglish = lightEnglishAmong(runs.map(({ text }) => text));
  let joined = 0;
  for (const run of runs) {
    const terms = termsOf(run);
    const units = run.isHan ? run.text.length : 1;
    if (cells.length + units > maxBits) return undefined;
    for (let unit = 0; unit < units; unit++) {
      const bit = 1 << cells.length;
      const own = terms[unit];
      const before = unit > 0 ? terms[unit - 1] : undefined;
      if (own !== undefined) bits.set(own.text, (bits.get(own.text) ?? 0) | bit);
      if (before !== undefined) joined |= bit;
      // The commoner of two pairs is more likely the word; the rarer one may be an accident of neighbours.
      const idf = Math.min(...[own, before].flatMap((term) => (term === undefined ? [] : [lookup.find(term).idf])));
      cells.push({ isLight: run.isHan ? isLight(run.text.charAt(unit)) : isLightEnglish(run.text), idf });
    }
  }
  const heavy = cells.filter((cell) => !cell.isLight);
  const counted = heavy.length === 0 ? cells : heavy;
  const weights = cells.map((cell) => (counted.includes(cell) ? cell.idf : 0));
  return { parts: { joined, weights, characters: counted.length }, bits };
}

/** A bit for each of the most telling terms: those that are rare in the archive and repeated in the text. */
function layOutTelling(words: readonly string[], lookup: TermStatistics): ShareRule {
  const repeats = new Map<string, number>();
  const terms = words.flatMap(runsOf).flatMap(termsOf);
  for (const { text } of terms) repeats.set(text, (repeats.get(text) ?? 0) + 1);
  const telling = [...new Map(terms.map((term) => [term.text, term])).values()]
    .slice(0, MAX_TERMS)
    .map((term) => lookup.find(term))
    .filter(({ documentFrequency }) => documentFrequency > 0)
    .toSorted((a, b) => (repeats.get(b.text) ?? 0) * b.idf - (repeats.get(a.text) ?? 0) * a.idf)
    .slice(0, RULE_BITS);
  // None of the words stands anywhere: a bit that no row has.
  if (telling.length === 0) return { rule: new MatchRule({ must: 1 }), bits: new Map() };
  return {
    rule: new MatchRule({ weights: telling.map(({ idf }) => idf), characters: telling.length }),
    bits: new Map(telling.map(({ text }, bit) => [text, 1 << bit])),
  };
}

/** Distinct terms of a text that are looked up at all. */
export const MAX_TERMS = 256;
