export interface LruOptions<V> {
  /** Most that all entries may weigh together; 0 keeps nothing. */
  readonly maxWeight: number;
  /** What an entry weighs. Default: 1 each, so that they are counted. */
  readonly weigh?: ((key: string, value: V) => number) | undefined;
}

/** A map that lets go of what was asked for least recently when it grows too heavy. */
export class LruMap<V> {
  readonly maxWeight: number;
  readonly #weigh: (key: string, value: V) => number;
  /** In order of use, the least recent first. */
  readonly #entries = new Map<string, V>();
  #weight = 0;

  constructor({ maxWeight, weigh = () => 1 }: LruOptions<V>) {
    this.maxWeight = maxWeight;
    this.#weigh = weigh;
  }

  get weight(): number {
    return this.#weight;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.delete(key);
    this.#entries.set(key, value);
    this.#weight += this.#weigh(key, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.maxWeight) break;
      this.delete(oldest);
    }
  }

  /** The value of a key, made and kept if there is none. */
  getOrMake(key: string, make: () => V): V {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made);
    return made;
  }

  delete(key: string): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#weight -= this.#weigh(key, value);
  }
}
