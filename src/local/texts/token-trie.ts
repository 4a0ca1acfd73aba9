/** Nodes have numbers of 16 bits. */
const MOST_NODES = 0x10000;

/**
 * Tokens by their UTF-16 units, from the first on, in arrays that whoever walks it reads itself, a unit at a time. Node 0 is none.
 *
 *     first[unit]                        the node of a token's first unit
 *     slots[2s], slots[2s + 1]           open addressing: a parent × 65,536 + unit, and the node there; the slot is free where that is 0
 *     leads[node]                        1 where longer tokens begin so
 *     tokens[node]                       one more than the token that ends there, or 0
 */
export interface TokenTrie {
  readonly first: Uint16Array;
  readonly slots: Uint32Array;
  readonly leads: Uint8Array;
  readonly tokens: Uint32Array;
}

/**
 * @param texts the tokens, each once; the empty one is left out
 * @throws RangeError for tokens of more than 65,535 different beginnings
 */
export function createTokenTrie(texts: readonly string[]): TokenTrie {
  const most = texts.reduce((sum, { length }) => sum + length, 1);
  const trie: TokenTrie = {
    first: new Uint16Array(0x10000),
    slots: new Uint32Array(2 * 2 ** Math.ceil(Math.log2(4 * most))),
    leads: new Uint8Array(Math.min(most, MOST_NODES)),
    tokens: new Uint32Array(Math.min(most, MOST_NODES)),
  };
  const { first, slots, leads, tokens } = trie;
  let nodes = 1;
  const addNode = (): number => {
    if (nodes === MOST_NODES) throw new RangeError("tokens have too many different beginnings");
    return nodes++;
  };
  for (const [token, text] of texts.entries()) {
    if (text === "") continue;
    let node = first[text.charCodeAt(0)] || addNode();
    first[text.charCodeAt(0)] = node;
    for (let index = 1; index < text.length; index++) {
      const key = ((node << 16) | text.charCodeAt(index)) >>> 0;
      let slot = slotOf(key, slots.length);
      while (slots[slot + 1] !== 0 && slots[slot] !== key) slot = (slot + 2) & (slots.length - 1);
      leads[node] = 1;
      if (slots[slot + 1] === 0) slots[slot + 1] = addNode();
      slots[slot] = key;
      node = slots[slot + 1] as number;
    }
    tokens[node] = token + 1;
  }
  return trie;
}

/** Where a key is looked for first among `length` numbers, a power of two; then two further on, and so on. */
export const slotOf = (key: number, length: number): number =>
  (Math.imul(key ^ (key >>> 15), 0x9e3779b1) >>> Math.clz32(length - 1)) & -2;
