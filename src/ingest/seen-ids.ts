import { wordKey } from "../text/terms.ts";
import { IdTable } from "./id-table.ts";

/** Where an id had been before: in the same input or another, with the same text or another. */
export interface SeenBefore {
  readonly inSameInput: boolean;
  readonly withSameText: boolean;
}

const TEXT_BITS = 24;
const INPUTS = 2 ** (32 - TEXT_BITS);

/** Ids that a table holds before the next one is begun. */
const TABLE_IDS = 2 ** 17;

/**
 * Remembers which ids came by lately, where and with what text: all of the last 131,072, in 6 MB, however many come. Whether one came
 * before those, the archive says, which holds it. An id is known by 53 bits of a hash: it is for counting, not for deciding, and in an
 * import of a hundred million ids the chance of one false "seen" is one in three hundred.
 *
 *     … forgotten │ earlier table │ table at hand ▮
 */
export class SeenIds {
  readonly #maxIds: number;
  #earlier: IdTable;
  #atHand: IdTable;

  constructor(maxIds = TABLE_IDS) {
    this.#maxIds = maxIds;
    this.#earlier = new IdTable(maxIds);
    this.#atHand = new IdTable(maxIds);
  }

  /** Where the id was last seen, if lately; now it is seen here. `input` is the input's number. */
  add(id: string, text: string, input: number): SeenBefore | undefined {
    const { high, low } = wordKey(id, 0, id.length);
    // 0 is no key.
    const key = (high & 0x1fffff) * 2 ** 32 + low || 1;
    const ofText = wordKey(text, 0, text.length).low & (2 ** TEXT_BITS - 1);
    const value = ((input % INPUTS) * 2 ** TEXT_BITS + ofText) >>> 0;
    const before = this.#atHand.get(key) ?? this.#earlier.get(key);
    this.#atHand.set(key, value);
    if (this.#atHand.size === this.#maxIds) this.#turnOver();
    if (before === undefined) return undefined;
    return {
      inSameInput: before >>> TEXT_BITS === value >>> TEXT_BITS,
      withSameText: ((before ^ value) & (2 ** TEXT_BITS - 1)) === 0,
    };
  }

  #turnOver(): void {
    const forgotten = this.#earlier;
    forgotten.clear();
    this.#earlier = this.#atHand;
    this.#atHand = forgotten;
  }
}
