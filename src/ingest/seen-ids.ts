import { wordKey } from "../text/terms.ts";

/** Where an id had been before: in the same input or another, with the same text or another. */
export interface SeenBefore {
  readonly inSameInput: boolean;
  readonly withSameText: boolean;
}

const TEXT_BITS = 24;
const INPUTS = 2 ** (32 - TEXT_BITS);

/**
 * Remembers which ids came by, where and with what text, in 12–24 bytes each: 53 bits of a hash in an open-addressed table,
 * with a smaller hash of the text and the number of the input. Among a million ids the chance of one false "seen" is one in ten
 * thousand; it is for counting, not for deciding.
 */
export class SeenIds {
  #keys = new Float64Array(1024);
  #values = new Uint32Array(1024);
  #count = 0;
  readonly #maxIds: number;

  /** Beyond `maxIds` nothing new is remembered, so that memory stays bounded. */
  constructor(maxIds = 2 ** 21) {
    this.#maxIds = maxIds;
  }

  /** Where the id was last seen, if anywhere; now it is seen here. `input` is the input's number. */
  add(id: string, text: string, input: number): SeenBefore | undefined {
    const { high, low } = wordKey(id, 0, id.length);
    // 0 marks an empty slot.
    const key = (high & 0x1fffff) * 2 ** 32 + low || 1;
    const ofText = wordKey(text, 0, text.length).low & (2 ** TEXT_BITS - 1);
    const value = ((input % INPUTS) * 2 ** TEXT_BITS + ofText) >>> 0;
    const slot = findSlot(this.#keys, key);
    if (this.#keys[slot] === key) {
      const before = this.#values[slot] ?? 0;
      this.#values[slot] = value;
      return {
        inSameInput: before >>> TEXT_BITS === value >>> TEXT_BITS,
        withSameText: ((before ^ value) & (2 ** TEXT_BITS - 1)) === 0,
      };
    }
    if (this.#count >= this.#maxIds) return undefined;
    this.#keys[slot] = key;
    this.#values[slot] = value;
    this.#count++;
    if (this.#count * 2 > this.#keys.length) this.#grow();
    return undefined;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    const values = new Uint32Array(keys.length);
    this.#keys.forEach((key, index) => {
      if (key === 0) return;
      const slot = findSlot(keys, key);
      keys[slot] = key;
      values[slot] = this.#values[index] ?? 0;
    });
    this.#keys = keys;
    this.#values = values;
  }
}

function findSlot(keys: Float64Array, key: number): number {
  let slot = key % keys.length;
  while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) % keys.length;
  return slot;
}
