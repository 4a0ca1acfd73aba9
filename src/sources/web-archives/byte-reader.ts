/** Reads a stream of bytes line by line and in counted stretches, and holds no more of it than what is asked for and one chunk. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** A line without its end; undefined at the end of the stream, or for a line of more than `maxBytes`. */
  async line(maxBytes: number): Promise<string | undefined> {
    for (let searched = 0; ; ) {
      const end = this.#rest.indexOf(0x0a, searched);
      if (end >= 0) {
        const line = this.#rest.toString("utf8", 0, end).replace(/\r$/, "");
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      searched = this.#rest.length;
      if (searched > maxBytes || !(await this.#more())) return undefined;
    }
  }

  /** The next bytes; fewer at the end of the stream. */
  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let wanted = count; wanted > 0 && (this.#rest.length > 0 || (await this.#more())); ) {
      const part = this.#rest.subarray(0, wanted);
      parts.push(part);
      this.#rest = this.#rest.subarray(part.length);
      wanted -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Passes over bytes; false where the stream ends before. */
  async skip(count: number): Promise<boolean> {
    let left = count;
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) return false;
      const passed = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(passed);
      left -= passed;
    }
    return true;
  }

  /** Ends the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    return true;
  }
}
