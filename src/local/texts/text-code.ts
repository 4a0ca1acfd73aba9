import { BitWriter } from "./bit-writer.ts";
import { createPrefixCode, type PrefixCode } from "./prefix-code.ts";
import { createTokenParser, ESCAPED_BITS, PARSED_UNITS } from "./token-parser.ts";
import { LENGTH_MASK, tokenOf } from "./token-trie.ts";

/** Tokens whose codes have the same number of bits, and which have the same number of UTF-16 units, one after the other. */
export interface TokenGroup {
  /** Bits of each code. */
  readonly bits: number;
  /** UTF-16 units of each token; 0: the escape, which stands before a unit that no token has. */
  readonly units: number;
  readonly tokens: string;
}

/**
 * Text as the shortest row of tokens, each a Huffman code: Chinese in about a third of the bytes of UTF-8, and each text by itself.
 *
 *     count of UTF-16 units (LEB128)  │  codes, highest bit first: token, token, escape + 16 bits, token …
 */
export interface TextCode {
  /** Behind a byte `head`. Lone surrogates become the replacement character, as they do in a database. */
  encode(text: string, head: number): Uint8Array;
  /** Of damaged bytes what can be read of them, which is another text than the one that was encoded. */
  decode(bytes: Uint8Array): string;
}

/** The most UTF-16 units of a token. */
export const MOST_UNITS = 8;

/** Stands at the end of what can be read of a damaged text. */
const DAMAGED = "\ufffd";

/** Zeros that may be read behind the last code. */
const PADDING_BYTES = 8;

/** What a code keeps to work in, in UTF-16 units; longer texts get arrays of their own. */
const KEPT_UNITS = 0x4000;

/** @param groups in order of their bits; every token once */
export function createTextCode(groups: readonly TokenGroup[]): TextCode {
  const code = createPrefixCode(lengthsOf(groups));
  let encoder: TextCode["encode"] | undefined;
  return {
    encode(text, head) {
      // Reading needs none.
      encoder ??= createEncoder(groups, code);
      return encoder(text, head);
    },
    decode: createDecoder(groups, code),
  };
}

const tokenCountOf = ({ units, tokens }: TokenGroup): number => (units === 0 ? 1 : tokens.length / units);

const lengthsOf = (groups: readonly TokenGroup[]): Uint8Array =>
  Uint8Array.from(groups.flatMap((group) => Array.from({ length: tokenCountOf(group) }, () => group.bits)));

/** The tokens of groups, in order, and the lengths of their codes. */
export function spread(groups: readonly TokenGroup[]): { tokens: string[]; lengths: Uint8Array } {
  const tokensOf = (group: TokenGroup): string[] =>
    Array.from({ length: tokenCountOf(group) }, (_, at) =>
      group.tokens.slice(at * group.units, (at + 1) * group.units),
    );
  return { tokens: groups.flatMap(tokensOf), lengths: lengthsOf(groups) };
}

function createEncoder(groups: readonly TokenGroup[], { codes }: PrefixCode): TextCode["encode"] {
  const { tokens, lengths } = spread(groups);
  const escapeToken = tokens.indexOf("");
  const { words, spans, ...parser } = createTokenParser(tokens, lengths);
  const out = new BitWriter();
  return (text, head) => {
    const wellFormed = text.toWellFormed();
    out.begin(wellFormed.length, head);
    for (let start = 0; start < wellFormed.length; start += PARSED_UNITS) {
      const end = Math.min(wellFormed.length, start + PARSED_UNITS);
      parser.parse(wellFormed, start, end);
      for (let at = 0; at < end - start; at += spans[at] as number) {
        const word = words[at] as number;
        const token = tokenOf(word);
        out.write(codes[token] as number, word & LENGTH_MASK);
        if (token === escapeToken) out.write(wellFormed.charCodeAt(start + at), ESCAPED_BITS);
      }
    }
    return out.finish();
  };
}

/** What a code stands for in one number, so that one look tells it: where its token begins among the letters, its units, its bits. */
const UNITS_SHIFT = 5;
const START_SHIFT = 9;
const BITS_MASK = (1 << UNITS_SHIFT) - 1;
const UNITS_MASK = (1 << (START_SHIFT - UNITS_SHIFT)) - 1;

function createDecoder(groups: readonly TokenGroup[], code: PrefixCode): TextCode["decode"] {
  const { direct, search, lengths } = code;
  const shortest = lengths[0] ?? 1;
  const directShift = 32 - Math.log2(direct.length);
  const joined = groups.map(({ tokens }) => tokens).join("");
  // Two units are copied at once.
  const letters = Uint16Array.from({ length: joined.length + 1 }, (_, at) => joined.charCodeAt(at));
  const meanings = meaningsOf(groups);
  const directMeanings = direct.map((found) => (found === 0 ? 0 : (meanings[found >>> 5] as number)));
  const bytes = new Uint8Array(3 * KEPT_UNITS);
  const kept = { units: new Uint16Array(KEPT_UNITS + MOST_UNITS), bytes, view: new DataView(bytes.buffer) };

  return (bytes) => {
    const { count: wanted, end } = readCount(bytes);
    // So many units at most have so many bits, so a damaged count does not take all memory.
    const count = Math.min(wanted, Math.ceil((bytes.length * 8) / shortest) * MOST_UNITS);
    const size = bytes.length + PADDING_BYTES;
    const units = count <= KEPT_UNITS ? kept.units : new Uint16Array(count + MOST_UNITS);
    const padded = size <= kept.bytes.length ? kept.bytes : new Uint8Array(size);
    padded.set(bytes);
    padded.fill(0, bytes.length, size);
    const view = padded === kept.bytes ? kept.view : new DataView(padded.buffer);
    const bitEnd = bytes.length * 8;
    let bit = end * 8;
    let written = 0;
    while (written < count) {
      const window = view.getInt32(bit >>> 3) << (bit & 7);
      let meaning = directMeanings[window >>> directShift] as number;
      if (meaning === 0) {
        const found = search(window);
        if (found === 0) break;
        meaning = meanings[found >>> 5] as number;
      }
      bit += meaning & BITS_MASK;
      if (bit > bitEnd) break;
      const start = meaning >>> START_SHIFT;
      const unitCount = (meaning >>> UNITS_SHIFT) & UNITS_MASK;
      // Most tokens have one unit or two; what is written too much is written over.
      units[written] = letters[start] as number;
      units[written + 1] = letters[start + 1] as number;
      for (let unit = 2; unit < unitCount; unit++) units[written + unit] = letters[start + unit] as number;
      written += unitCount;
      if (unitCount > 0) continue;
      const from = bit >>> 3;
      const three =
        ((padded[from] as number) << 16) | ((padded[from + 1] as number) << 8) | (padded[from + 2] as number);
      units[written++] = three >>> (8 - (bit & 7));
      bit += ESCAPED_BITS;
    }
    const text = Buffer.from(units.buffer, 0, 2 * Math.min(written, count)).toString("utf16le");
    const rest = bitEnd - bit;
    const endsRight = rest >= 0 && rest < 8 && ((bytes.at(-1) ?? 0) & ((1 << rest) - 1)) === 0;
    return written === count && endsRight ? text : `${text}${DAMAGED}`;
  };
}

/** By token, in order. */
function meaningsOf(groups: readonly TokenGroup[]): Uint32Array {
  const meanings: number[] = [];
  let start = 0;
  for (const group of groups) {
    for (let token = 0; token < tokenCountOf(group); token++) {
      meanings.push((start << START_SHIFT) | (group.units << UNITS_SHIFT) | group.bits);
      start += group.units;
    }
  }
  return Uint32Array.from(meanings);
}

function readCount(bytes: Uint8Array): { readonly count: number; readonly end: number } {
  let count = 0;
  for (let at = 0; at < Math.min(5, bytes.length); at++) {
    const byte = bytes[at] as number;
    count += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { count, end: at + 1 };
  }
  return { count: 0, end: bytes.length };
}
