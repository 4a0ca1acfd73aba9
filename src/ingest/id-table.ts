/** Numbers by number, in two arrays of a fixed size: open addressing, at most half full. A key is a whole number above 0. */
export class IdTable {
  /** 0 marks an empty slot. */
  readonly #keys: Float64Array;
  readonly #values: Uint32Array;
  #size = 0;

  /** @param maxSize the most keys it takes */
  constructor(maxSize: number) {
    this.#keys = new Float64Array(maxSize * 2);
    this.#values = new Uint32Array(maxSize * 2);
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
    if (this.#keys[slot] !== key) this.#size++;
    this.#keys[slot] = key;
    this.#values[slot] = value;
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
