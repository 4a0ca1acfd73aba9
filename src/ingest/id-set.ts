import { wordKey } from "../text/terms.ts";

/**
 * Remembers which ids came by, in 8–16 bytes each: 53 bits of a hash in an open-addressed table. Among a million ids the
 * chance of one false "seen" is one in ten thousand; it is for counting, not for deciding.
 */
export class IdSet {
  #table = new Float64Array(1024);
  #count = 0;
  readonly #maxIds: number;

  /** Beyond `maxIds` nothing new is remembered, so that memory stays bounded. */
  constructor(maxIds = 2 ** 21) {
    this.#maxIds = maxIds;
  }

  /** True when the id had been added before. */
  add(id: string): boolean {
    const { high, low } = wordKey(id, 0, id.length);
    // 0 marks an empty slot.
    const key = (high & 0x1fffff) * 2 ** 32 + low || 1;
    const slot = findSlot(this.#table, key);
    if (this.#table[slot] === key) return true;
    if (this.#count >= this.#maxIds) return false;
    this.#table[slot] = key;
    this.#count++;
    if (this.#count * 2 > this.#table.length) this.#grow();
    return false;
  }

  #grow(): void {
    const larger = new Float64Array(this.#table.length * 2);
    for (const key of this.#table) if (key !== 0) larger[findSlot(larger, key)] = key;
    this.#table = larger;
  }
}

function findSlot(table: Float64Array, key: number): number {
  let slot = key % table.length;
  while (table[slot] !== 0 && table[slot] !== key) slot = (slot + 1) % table.length;
  return slot;
}
