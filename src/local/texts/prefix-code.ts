/** Codes are read 25 bits at a time, which with the 7 before them fill 32. */
export const MAX_CODE_BITS = 24;

/** Codes of up to this many bits are found by one look into a table. */
const DIRECT_BITS = 15;

/**
 * A canonical Huffman code (as in RFC 1951, 3.2.2): shorter codes come first, and codes of one length follow each other in order of
 * their symbols, so the lengths alone tell them.
 */
export interface PrefixCode {
  /** Code of each symbol, in the lowest bits. */
  readonly codes: Uint32Array;
  readonly lengths: Uint8Array;
  /** By the first bits of a window, as many as its length tells: what {@link PrefixCode.search} finds; 0 where a code is longer. */
  readonly direct: Uint32Array;
  /** What begins with the highest of the 32 bits of `window`: symbol × 32 + length of its code; 0 where no code begins so. */
  search(window: number): number;
}

/**
 * @param lengths bits of each symbol's code, 1 to {@link MAX_CODE_BITS}, ascending
 * @throws RangeError when no code has these lengths
 */
export function createPrefixCode(lengths: Uint8Array): PrefixCode {
  const codes = new Uint32Array(lengths.length);
  /** By length: the first code that is longer, left-aligned, and what makes a symbol of a code. */
  const ends = new Float64Array(MAX_CODE_BITS + 1);
  const shifts = new Int32Array(MAX_CODE_BITS + 1);
  let code = 0;
  let symbol = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    code *= 2;
    shifts[length] = symbol - code;
    for (; symbol < lengths.length && lengths[symbol] === length; symbol++) codes[symbol] = code++;
    if (code > 2 ** length) throw new RangeError(`too many codes of ${length} bits`);
    ends[length] = code * 2 ** (32 - length);
  }
  if (symbol < lengths.length) throw new RangeError(`symbol ${symbol} has a code of ${lengths[symbol]} bits`);

  const find = (window: number, shortest: number): number => {
    for (let length = shortest; length <= MAX_CODE_BITS; length++)
      if (window < (ends[length] as number))
        return ((window >>> (32 - length)) + (shifts[length] as number)) * 32 + length;
    return 0;
  };
  const direct = new Uint32Array(2 ** DIRECT_BITS);
  for (const slot of direct.keys()) {
    const found = find((slot << (32 - DIRECT_BITS)) >>> 0, 1);
    if (found % 32 <= DIRECT_BITS) direct[slot] = found;
  }
  const search = (window: number): number =>
    direct[window >>> (32 - DIRECT_BITS)] || find(window >>> 0, DIRECT_BITS + 1);
  return { codes, lengths, direct, search };
}
