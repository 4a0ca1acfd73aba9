/** Slots of a new table: most imports bring few articles. */
const FIRST_SLOTS = 1024;

/** Numbers by number, in two arrays that grow up to a size: open addressing, at most half full. A key is a whole number above 0. */
export class IdTable {
  readonly #maxSlots: number;
  /** 0 marks an empty slot. */
  #keys: Float64Array;
  #values: Uint32Array;
  #size = 0;

  /** @param maxSize the most keys it takes */
  constructor(maxSize: number) {
    this.#maxSlots = maxSize * 2;
    const slots = Math.min(FIRST_SLOTS, this.#maxSlots);
    this.#keys = new Float64Array(slots);
    this.#values = new Uint32Array(slots);
  }

  get size(): number {
    return this.#size;
  }

  get(key: number): number | undefined {
    const slot = this.#slotOf(key);
    return this.#keys[slot] === key ? this.#values[slot] : undefined;
  }

  set(key: number, value: number): void {
    const slot = this.#slotOf(key);
    const isNew = this.#keys[slot] !== key;
    this.#keys[slot] = key;
    this.#values[slot] = value;
    if (!isNew) return;
    this.#size++;
    if (this.#size * 2 >= this.#keys.length && this.#keys.length < this.#maxSlots) this.#grow();
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    const slots = Math.min(keys.length * 2, this.#maxSlots);
    this.#keys = new Float64Array(slots);
    this.#values = new Uint32Array(slots);
    for (let from = 0; from < keys.length; from++) {
      const key = keys[from] as number;
      if (key === 0) continue;
      const slot = this.#slotOf(key);
      this.#keys[slot] = key;
      this.#values[slot] = values[from] as number;
    }
  }

  clear(): void {
    this.#keys.fill(0);
    this.#size = 0;
  }

  /** Where the key is, or would be. */
  #slotOf(key: number): number {
    const keys = this.#keys;
    let slot = key % keys.length;
    while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) % keys.length;
    return slot;
  }
}
