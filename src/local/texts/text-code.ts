import { BitWriter } from "./bit-writer.ts";
import { createPrefixCode } from "./prefix-code.ts";
import { createTokenParser, ESCAPED_BITS, PARSED_UNITS, type TokenParser } from "./token-parser.ts";

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
  /** Lone surrogates become the replacement character, as they do in a database. */
  encode(text: string): Uint8Array;
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
  const { tokens, lengths } = spread(groups);
  const code = createPrefixCode(lengths);
  const escapeToken = tokens.indexOf("");
  let parser: TokenParser | undefined;
  const decoder = createDecoder(tokens, code);
  return {
    encode(text) {
      const wellFormed = text.toWellFormed();
      // Reading needs none.
      parser ??= createTokenParser(tokens, lengths);
      const out = new BitWriter(wellFormed.length);
      for (let start = 0; start < wellFormed.length; start += PARSED_UNITS) {
        parser.parse(wellFormed, start, Math.min(wellFormed.length, start + PARSED_UNITS), (token, at) => {
          out.write(code.codes[token] as number, lengths[token] as number);
          if (token === escapeToken) out.write(wellFormed.charCodeAt(at), ESCAPED_BITS);
        });
      }
      return out.finish();
    },
    decode: decoder,
  };
}

/** The tokens of groups, in order, and the lengths of their codes. */
export function spread(groups: readonly TokenGroup[]): { tokens: string[]; lengths: Uint8Array } {
  const tokensOf = ({ units, tokens }: TokenGroup): string[] =>
    units === 0
      ? [""]
      : Array.from({ length: tokens.length / units }, (_, at) => tokens.slice(at * units, (at + 1) * units));
  const bits = groups.flatMap((group) => tokensOf(group).map(() => group.bits));
  return { tokens: groups.flatMap(tokensOf), lengths: Uint8Array.from(bits) };
}

function createDecoder(tokens: readonly string[], code: ReturnType<typeof createPrefixCode>): TextCode["decode"] {
  const { direct, search, lengths } = code;
  const shortest = lengths[0] ?? 1;
  const directShift = 32 - Math.log2(direct.length);
  const sizes = Uint8Array.from(tokens, ({ length }) => length);
  const starts = new Uint32Array(tokens.length);
  for (let token = 1; token < tokens.length; token++)
    starts[token] = (starts[token - 1] as number) + (sizes[token - 1] as number);
  const joined = tokens.join("");
  const letters = Uint16Array.from({ length: joined.length }, (_, at) => joined.charCodeAt(at));
  const kept = { units: new Uint16Array(KEPT_UNITS + MOST_UNITS), bytes: new Uint8Array(3 * KEPT_UNITS) };

  return (bytes) => {
    const { count: wanted, end } = readCount(bytes);
    // So many units at most have so many bits, so a damaged count does not take all memory.
    const count = Math.min(wanted, Math.ceil((bytes.length * 8) / shortest) * MOST_UNITS);
    const size = bytes.length + PADDING_BYTES;
    const units = count <= KEPT_UNITS ? kept.units : new Uint16Array(count + MOST_UNITS);
    const padded = size <= kept.bytes.length ? kept.bytes : new Uint8Array(size);
    padded.set(bytes);
    padded.fill(0, bytes.length, size);
    const bitEnd = bytes.length * 8;
    let bit = end * 8;
    let written = 0;
    while (written < count) {
      const at = bit >>> 3;
      const window =
        (((padded[at] as number) << 24) |
          ((padded[at + 1] as number) << 16) |
          ((padded[at + 2] as number) << 8) |
          (padded[at + 3] as number)) <<
        (bit & 7);
      const found = (direct[window >>> directShift] as number) || search(window);
      bit += found & 31;
      if (found === 0 || bit > bitEnd) break;
      const token = found >>> 5;
      const start = starts[token] as number;
      const unitCount = sizes[token] as number;
      for (let unit = 0; unit < unitCount; unit++) units[written + unit] = letters[start + unit] as number;
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

function readCount(bytes: Uint8Array): { readonly count: number; readonly end: number } {
  let count = 0;
  for (let at = 0; at < Math.min(5, bytes.length); at++) {
    const byte = bytes[at] as number;
    count += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { count, end: at + 1 };
  }
  return { count: 0, end: bytes.length };
}
