/** Which rows match, told from the bits of the terms that they hold. */
export interface RowRule {
  /** Every one of these bits is wanted. */
  readonly must: number;
  /** Bits that a row has too when it has the one below. */
  readonly joined: number;
  /** What the bits weigh: 256 sums for each of their four bytes. */
  readonly tables: Int32Array;
  /** A row matches from this weight on, which counts its terms' bits and those it was given. */
  readonly needed: number;
  /** A row is offered as one of the best from this weight on, which is above 0, whether it has the `must` bits or not. */
  readonly least: number;
}

/** Bits of a row that a rule may read; the sign bit marks rows that match whatever they hold. */
export const RULE_BITS = 31;

/** More than any row weighs: a rule that needs it is met by its bits in no row. */
const NEVER = 0x7fffffff;

/** The share of a text's characters (by weight) that make a match: all of up to 4, falling to .3 of 18 and more. */
export function neededShare(characters: number): number {
  return Math.min(1, Math.max(0.3, 1.2 - 0.05 * characters));
}

/** The share from which an article is listed as related, if it is among the best: half of up to 5 characters, falling to a tenth. */
export function leastShare(characters: number): number {
  return Math.min(0.5, Math.max(0.1, 1.5 / (characters - 2)));
}

export interface MatchRuleParts {
  /** Every one of these bits is wanted. Default: none. */
  readonly must?: number;
  /** Characters that the term before them covers too. Default: none. */
  readonly joined?: number;
  /** What the character of each bit weighs. Default: nothing. */
  readonly weights?: readonly number[];
  /** Characters that have weight: the more, the smaller the share of them that is needed. */
  readonly characters?: number;
  /** Whether no share of the weight is needed: the `must` bits decide, and the weight tells the best alone. Default: false. */
  readonly mustDecides?: boolean;
}

/** Whether the bits of a row are enough; what weighs are its characters, in thousandths. */
export class MatchRule implements RowRule {
  readonly must: number;
  readonly joined: number;
  readonly tables: Int32Array;
  /** 0 when the `must` bits decide alone. */
  readonly needed: number;
  /** At least 1. */
  readonly least: number;

  /** No character counts more than the median of all, so that a misprint cannot decide alone. */
  constructor({ must = 0, joined = 0, weights = [], characters = 0, mustDecides = false }: MatchRuleParts) {
    const positive = weights.filter((weight) => weight > 0).sort((a, b) => a - b);
    const median = positive[positive.length >> 1] ?? 0;
    const thousandths = weights.map((weight) => Math.ceil(1000 * Math.min(weight, median)));
    const all = thousandths.reduce((sum, weight) => sum + weight, 0);
    this.must = must;
    this.joined = joined;
    this.needed = mustDecides ? 0 : Math.ceil(neededShare(characters) * all);
    this.least = Math.max(1, Math.ceil(leastShare(characters) * all));
    this.tables = sumTables(thousandths);
  }

  /** True when nothing is wanted: the filters decide alone. */
  get takesAll(): boolean {
    return this.must === 0 && this.needed === 0;
  }

  /** Whether the weight of a row's characters is enough, whatever the `must` bits say. */
  weighsEnough(bits: number): boolean {
    return this.#weigh(bits) >= this.needed;
  }

  /** Whether the weight of a row's characters is the least that says something. */
  weighsLeast(bits: number): boolean {
    return this.#weigh(bits) >= this.least;
  }

  #weigh(bits: number): number {
    const covered = (bits & 0x7fffffff) | ((bits << 1) & this.joined);
    let weight = 0;
    for (let byte = 0; byte < 4; byte++)
      weight += this.tables[byte * 256 + ((covered >>> (byte * 8)) & 0xff)] as number;
    return weight;
  }

  isMet(bits: number): boolean {
    return bits !== 0 && (bits & this.must) === this.must && this.weighsEnough(bits);
  }

  /** The same rule met by every row that has these bits, whatever it weighs. */
  decidedBy(must: number): RowRule {
    const { joined, tables, least } = this;
    return { must, joined, tables, needed: 0, least };
  }

  /** The same rule met by no row: only the best are asked for. */
  get forBestAlone(): RowRule {
    const { must, joined, tables, least } = this;
    return { must, joined, tables, needed: NEVER, least };
  }
}

/** For each of the four bytes of a row's bits the weight of its 256 values. */
function sumTables(weights: readonly number[]): Int32Array {
  const tables = new Int32Array(4 * 256);
  for (let byte = 0; byte < 4; byte++) {
    const table = tables.subarray(byte * 256, (byte + 1) * 256);
    for (let bits = 1; bits < 256; bits++) {
      const lowest = 31 - Math.clz32(bits & -bits);
      table[bits] = (table[bits & (bits - 1)] as number) + (weights[byte * 8 + lowest] ?? 0);
    }
  }
  return tables;
}
