/** Vectors of recent queries, the least recently asked for dropped first; bounded in bytes as counted here. */
export class VectorCache<V extends { readonly vector: Float32Array | undefined }> {
  readonly maxBytes: number;
  #bytes = 0;
  readonly #entries = new Map<string, V>();

  /** `maxBytes` 0 keeps nothing. */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  set(key: string, value: V): void {
    this.#delete(key);
    this.#entries.set(key, value);
    this.#bytes += entryBytes(key, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.maxBytes) break;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entryBytes(key, entry);
  }
}

/** By how much a process grows for an entry beside its contents: map, result object, typed array; measured on Node 24. */
const ENTRY_OVERHEAD_BYTES = 660;

function entryBytes(key: string, { vector }: { readonly vector: Float32Array | undefined }): number {
  return key.length * 2 + (vector?.byteLength ?? 0) + ENTRY_OVERHEAD_BYTES;
}
