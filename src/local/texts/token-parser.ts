import { createTokenTrie, slotOf } from "./token-trie.ts";

/** The most units that are parsed at a time. */
export const PARSED_UNITS = 4096;

/** Bits of a unit that follows an escape. */
export const ESCAPED_BITS = 16;

export interface TokenParser {
  /**
   * Finds the tokens of text[start, end), at most {@link PARSED_UNITS}, whose codes have the fewest bits together, and calls `onToken`
   * with each and with where it stands.
   */
  parse(text: string, start: number, end: number, onToken: (token: number, at: number) => void): void;
}

/**
 * @param tokens the empty one is the escape, which stands before a unit that is no token
 * @param lengths bits of their codes
 */
export function createTokenParser(tokens: readonly string[], lengths: Uint8Array): TokenParser {
  const trie = createTokenTrie(tokens);
  const escapeToken = tokens.indexOf("");
  const escapeBits = (lengths[escapeToken] as number) + ESCAPED_BITS;
  const units = new Uint16Array(PARSED_UNITS + 1);
  /** Least bits from a unit to the end. */
  const costs = new Uint32Array(PARSED_UNITS + 1);
  const chosen = new Uint32Array(PARSED_UNITS);
  const spans = new Uint8Array(PARSED_UNITS);

  /** From the end to the beginning, so that the tokens come out in order. */
  const choose = (count: number): void => {
    const { first, slots, leads, tokens: tokenOfNode } = trie;
    const mask = slots.length - 1;
    costs[count] = 0;
    for (let at = count - 1; at >= 0; at--) {
      let least = escapeBits + (costs[at + 1] as number);
      let token = escapeToken;
      let span = 1;
      let to = at;
      for (let node = first[units[at] as number] as number; node !== 0; ) {
        to++;
        const ending = tokenOfNode[node] as number;
        if (ending !== 0) {
          const bits = (lengths[ending - 1] as number) + (costs[to] as number);
          if (bits < least) {
            least = bits;
            token = ending - 1;
            span = to - at;
          }
        }
        if (to === count || leads[node] === 0) break;
        const key = ((node << 16) | (units[to] as number)) >>> 0;
        let slot = slotOf(key, slots.length);
        while (slots[slot + 1] !== 0 && slots[slot] !== key) slot = (slot + 2) & mask;
        node = slots[slot + 1] as number;
      }
      costs[at] = least;
      chosen[at] = token;
      spans[at] = span;
    }
  };
  return {
    parse(text, start, end, onToken) {
      for (let at = start; at < end; at++) units[at - start] = text.charCodeAt(at);
      choose(end - start);
      for (let at = 0; at < end - start; at += spans[at] as number) onToken(chosen[at] as number, start + at);
    },
  };
}
