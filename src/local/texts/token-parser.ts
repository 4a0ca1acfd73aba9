import { baseOf, createTokenTrie, LENGTH_MASK, unitOf, wordOf } from "./token-trie.ts";

/** The most units that are parsed at a time. */
export const PARSED_UNITS = 4096;

/** Bits of a unit that follows an escape. */
export const ESCAPED_BITS = 16;

export interface TokenParser {
  /** By place from the start of what was parsed: the word of the token that begins there (see token-trie.ts), where one does. */
  readonly words: Uint32Array;
  /** By place: units to the next token. */
  readonly spans: Uint8Array;
  /** Finds the tokens of text[start, end), at most {@link PARSED_UNITS}, whose codes have the fewest bits together. */
  parse(text: string, start: number, end: number): void;
}

/**
 * @param tokens the empty one is the escape, which stands before a unit that is no token
 * @param lengths bits of their codes, ascending
 */
export function createTokenParser(tokens: readonly string[], lengths: Uint8Array): TokenParser {
  const { numbers, cells } = createTokenTrie(tokens, lengths);
  const escapeToken = tokens.indexOf("");
  const escapeWord = wordOf(escapeToken, lengths[escapeToken] as number);
  const escapeBits = (lengths[escapeToken] as number) + ESCAPED_BITS;
  /** Numbers of the units, and a 0 behind them. */
  const units = new Uint16Array(PARSED_UNITS + 1);
  /** Least bits from a unit to the end. */
  const costs = new Uint32Array(PARSED_UNITS + 1);
  const words = new Uint32Array(PARSED_UNITS);
  const spans = new Uint8Array(PARSED_UNITS);

  return {
    words,
    spans,
    parse(text, start, end) {
      const count = end - start;
      for (let at = 0; at < count; at++) units[at] = numbers[text.charCodeAt(start + at)] as number;
      units[count] = 0;
      costs[count] = 0;
      // From the end to the beginning, so that the tokens come out in order.
      for (let at = count - 1; at >= 0; at--) {
        let least = escapeBits + (costs[at + 1] as number);
        let chosen = escapeWord;
        let next = at + 1;
        let node = units[at] as number;
        for (let to = at + 1; node !== 0; to++) {
          const word = cells[2 * node + 1] as number;
          if (word !== 0) {
            const bits = (word & LENGTH_MASK) + (costs[to] as number);
            if (bits < least) {
              least = bits;
              chosen = word;
              next = to;
            }
          }
          const base = baseOf(cells[2 * node] as number);
          const number = units[to] as number;
          if (base === 0 || number === 0) break;
          node = base + number;
          if (unitOf(cells[2 * node] as number) !== number) break;
        }
        costs[at] = least;
        words[at] = chosen;
        spans[at] = next - at;
      }
    },
  };
}
