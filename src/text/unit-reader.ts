/** Units that a reader keeps room for; longer texts get an array of their own. */
const KEPT_UNITS = 8192;

/**
 * Reads texts into an array of their UTF-16 units: a loop over it takes a third of the time of one that asks the text for each. What is read
 * is good until the next text, so every loop has a reader of its own.
 */
export class UnitReader {
  readonly #units = new Uint16Array(KEPT_UNITS);
  readonly #bytes = Buffer.from(this.#units.buffer);

  /** The first `text.length` are those of the text. */
  read(text: string): Uint16Array {
    if (text.length > KEPT_UNITS) return readUnits(text);
    this.#bytes.write(text, "utf16le");
    return this.#units;
  }
}

function readUnits(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  Buffer.from(units.buffer).write(text, "utf16le");
  return units;
}
