/** The columns of a segment as they are kept in memory and posted to other threads: in as few bytes as their numbers need. */
import { partitionPoint } from "../../collections/partition-point.ts";

/** Ids by row. */
export type IdColumn = Uint8Array | Uint16Array | Uint32Array;

/** Bytes of an id, fewest first. */
const ID_BYTES = [1, 2, 4] as const;

/** Bytes of each id where there are so many names beside 0, which stands for none. */
export const idBytes = (names: number): number => ID_BYTES.find((bytes) => names < 256 ** bytes) ?? 4;

function createIds(rows: number, bytes: (typeof ID_BYTES)[number]): IdColumn {
  const buffer = new SharedArrayBuffer(rows * bytes);
  return bytes === 1 ? new Uint8Array(buffer) : bytes === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
}

/** When the articles of a segment were published, by row, in ms since 1970, ascending; undated ones come first as -Infinity. */
export interface TimeColumn {
  readonly length: number;
  /** The time of a row, which is to be one. */
  at(row: number): number;
}

/** {@link TimeColumn} as it lies in memory. */
export interface KeptTimes {
  /** For each row how many seconds after `firstMs`, and one more, 0 for undated ones; or, without `firstMs`, its time. */
  readonly values: Uint32Array<SharedArrayBuffer> | Float64Array<SharedArrayBuffer>;
  /** The first time of all, where the others are whole seconds later. */
  readonly firstMs: number | undefined;
}

export interface KeptColumns {
  readonly keys: Uint32Array<SharedArrayBuffer>;
  readonly times: KeptTimes;
  readonly sources: IdColumn;
  readonly categories: IdColumn;
  readonly counts: Uint16Array<SharedArrayBuffer>;
}

const SECOND_MS = 1000;
const MAX_STEP = 2 ** 32 - 1;

/** Bytes of a time where all of a segment are whole seconds apart, as those of news are. */
export const TIME_BYTES = Uint32Array.BYTES_PER_ELEMENT;

/** Little-endian numbers of a section of a file, piece by piece; the file is read anew for each. */
export type ReadPieces = () => AsyncIterable<Uint8Array>;

/** The ids of so many rows (u32 each), in as few bytes as the largest needs. */
export async function keepIds(rows: number, readPieces: ReadPieces): Promise<IdColumn> {
  for (const bytes of ID_BYTES) {
    const kept = createIds(rows, bytes);
    if (await fillIds(kept, readPieces())) return kept;
  }
  throw new RangeError("ids of more than four bytes");
}

/** False where one does not fit. */
async function fillIds(kept: IdColumn, pieces: AsyncIterable<Uint8Array>): Promise<boolean> {
  const limit = 256 ** kept.BYTES_PER_ELEMENT;
  let row = 0;
  for await (const piece of pieces) {
    const ids = new Uint32Array(piece.buffer, piece.byteOffset, piece.length / Uint32Array.BYTES_PER_ELEMENT);
    for (let index = 0; index < ids.length; index++) if ((ids[index] as number) >= limit) return false;
    kept.set(ids, row);
    row += ids.length;
  }
  return true;
}

/** The times of so many rows (f64 each), ascending: as whole seconds after the first where they are such, else as they are. */
export async function keepTimes(rows: number, readPieces: ReadPieces): Promise<KeptTimes> {
  const seconds = new Uint32Array(new SharedArrayBuffer(rows * TIME_BYTES));
  const firstMs = await fillSeconds(seconds, readPieces());
  if (firstMs !== undefined) return { values: seconds, firstMs };
  const values = new Float64Array(new SharedArrayBuffer(rows * Float64Array.BYTES_PER_ELEMENT));
  let row = 0;
  for await (const piece of readPieces()) {
    const times = toTimes(piece);
    values.set(times, row);
    row += times.length;
  }
  return { values, firstMs: undefined };
}

/** Returns the first time, 0 where there is none; undefined where one is not whole seconds later. */
async function fillSeconds(seconds: Uint32Array, pieces: AsyncIterable<Uint8Array>): Promise<number | undefined> {
  let firstMs: number | undefined;
  let row = 0;
  for await (const piece of pieces) {
    const times = toTimes(piece);
    for (let index = 0; index < times.length; index++, row++) {
      const time = times[index] as number;
      if (time === Number.NEGATIVE_INFINITY) continue;
      firstMs ??= time;
      const step = (time - firstMs) / SECOND_MS + 1;
      if (!Number.isInteger(step) || step > MAX_STEP || step < 1 || !Number.isSafeInteger(time)) return undefined;
      seconds[row] = step;
    }
  }
  return firstMs ?? 0;
}

const toTimes = (piece: Uint8Array): Float64Array =>
  new Float64Array(piece.buffer, piece.byteOffset, piece.length / Float64Array.BYTES_PER_ELEMENT);

/** Bytes that columns keep resident. */
export const keptBytes = ({ keys, times, sources, categories, counts }: KeptColumns): number =>
  [keys, times.values, sources, categories, counts].reduce((sum, { byteLength }) => sum + byteLength, 0);

/** The columns of a segment as they are read, by row. */
export interface SegmentColumns extends Omit<KeptColumns, "times"> {
  readonly times: TimeColumn;
}

/** Reads kept times. */
export class Times implements TimeColumn {
  readonly length: number;
  readonly #values: KeptTimes["values"];
  /** The time of a row is #beforeMs + its number × #stepMs; of those with the number #undated it is -Infinity. */
  readonly #beforeMs: number;
  readonly #stepMs: number;
  readonly #undated: number;

  constructor({ values, firstMs }: KeptTimes) {
    this.length = values.length;
    this.#values = values;
    this.#beforeMs = firstMs === undefined ? 0 : firstMs - SECOND_MS;
    this.#stepMs = firstMs === undefined ? 1 : SECOND_MS;
    this.#undated = firstMs === undefined ? Number.NEGATIVE_INFINITY : 0;
  }

  at(row: number): number {
    const value = this.#values[row] as number;
    return value === this.#undated ? Number.NEGATIVE_INFINITY : this.#beforeMs + value * this.#stepMs;
  }
}

/** The first row that was published at a time or later, or how many rows there are. */
export const firstSince = (times: TimeColumn, ms: number): number =>
  partitionPoint(0, times.length, (row) => times.at(row) < ms);
