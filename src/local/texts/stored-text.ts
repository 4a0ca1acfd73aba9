import { SIMPLIFIED_CODE } from "./simplified-code-data.ts";
import { createTextCode, type TextCode, type TokenGroup } from "./text-code.ts";
import { TRADITIONAL_CODE } from "./traditional-code-data.ts";

/** A text as a column keeps it: as it is, or in one of the codes, whose number comes first. */
export type StoredText = string | Uint8Array;

/** Units of a text that tell which code suits it. */
const SAMPLED_UNITS = 256;

/** One of the codes that archives are written in. Made when first asked for, and then the same for all, as the tables of the fold. */
class NumberedCode {
  readonly number: number;
  readonly #groups: readonly TokenGroup[];
  #code: TextCode | undefined;
  #bits: Uint8Array | undefined;

  constructor(number: number, rows: typeof SIMPLIFIED_CODE) {
    this.number = number;
    this.#groups = rows.map(([bits, units, tokens]) => ({ bits, units, tokens }));
  }

  get code(): TextCode {
    this.#code ??= createTextCode(this.#groups);
    return this.#code;
  }

  /** Bits of each unit by itself. */
  get bits(): Uint8Array {
    this.#bits ??= measureUnits(this.#groups);
    return this.#bits;
  }
}

function measureUnits(groups: readonly TokenGroup[]): Uint8Array {
  const bits = new Uint8Array(0x10000).fill(32);
  for (const group of groups.filter(({ units }) => units === 1))
    for (let at = 0; at < group.tokens.length; at++) bits[group.tokens.charCodeAt(at)] = group.bits;
  return bits;
}

const SIMPLIFIED = new NumberedCode(1, SIMPLIFIED_CODE);
const TRADITIONAL = new NumberedCode(2, TRADITIONAL_CODE);

/** What of a text is written: the shorter of its code and its UTF-8. */
export function toStored(text: string): StoredText {
  const wellFormed = text.toWellFormed();
  const { number, code } = isSimplified(text) ? SIMPLIFIED : TRADITIONAL;
  const coded = code.encode(wellFormed, number);
  return coded.length >= Buffer.byteLength(wellFormed) ? wellFormed : coded;
}

/** Whether the first units of a text have fewer bits in the code of simplified Chinese, or as many. */
function isSimplified(text: string): boolean {
  const { bits } = SIMPLIFIED;
  const { bits: otherBits } = TRADITIONAL;
  let saved = 0;
  for (let at = Math.min(text.length, SAMPLED_UNITS) - 1; at >= 0; at--) {
    const unit = text.charCodeAt(at);
    saved += (otherBits[unit] as number) - (bits[unit] as number);
  }
  return saved >= 0;
}

/** The text that was written; of a damaged one what can be read. That it is damaged its article's hash tells. */
export function fromStored(stored: unknown): string {
  if (!(stored instanceof Uint8Array)) return String(stored);
  const numbered = [SIMPLIFIED, TRADITIONAL].find(({ number }) => number === stored[0]);
  return numbered?.code.decode(stored.subarray(1)) ?? "";
}
