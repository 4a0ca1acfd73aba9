import { partitionPoint } from "../../collections/partition-point.ts";
import type { TermKey } from "../../text/terms.ts";
import { BLOCK_BYTES, TERM_BYTES, TERMS_PER_BLOCK } from "./layout.ts";
import type { SegmentFile } from "./segment-file.ts";

/** Where the postings of a term stand. */
export interface TermEntry {
  readonly documentFrequency: number;
  /** Place of the postings in their section. */
  readonly offset: number;
  readonly bytes: number;
}

/** The entry of a term with its key. */
export interface KeyedTermEntry extends TermEntry {
  readonly high: number;
  readonly low: number;
}

/** Terms of recent look-ups are kept up to this many; a query asks for the same ones several times. One character finds hundreds. */
const CACHE_ENTRIES = 4096;

/**
 * Finds terms in a segment file. Resident is one key in 64 (`blocks`); the rest is read on demand:
 *
 *     blocks (memory) ──binary search──► 64 terms (one read of 1 kB) ──scan──► postings offset
 */
export class TermDirectory {
  readonly #file: SegmentFile;
  readonly #blocks: DataView;
  readonly #blockCount: number;
  /** The terms of the block that was read last to find one. */
  readonly #block = new DataView(new ArrayBuffer(TERMS_PER_BLOCK * TERM_BYTES));
  readonly #cache = new Map<string, readonly TermEntry[]>();
  #cachedEntries = 0;

  /** @param blocks the section of this name, where it is in memory already */
  constructor(file: SegmentFile, blocks: Uint8Array = file.readSection("blocks")) {
    this.#file = file;
    this.#blocks = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
    this.#blockCount = blocks.byteLength / BLOCK_BYTES;
  }

  /** The entries of a term (none or one) or of a key range, in key order. */
  find(term: TermKey): readonly TermEntry[] {
    const cacheKey = `${term.high} ${term.low} ${term.lastLow ?? ""}`;
    const cached = this.#cache.get(cacheKey);
    if (cached !== undefined) return cached;
    const found = this.#search(term.high, term.low, term.lastLow ?? term.low);
    // Having found nothing takes room too.
    this.#cachedEntries += 1 + found.length;
    if (this.#cachedEntries > CACHE_ENTRIES) {
      this.#cache.clear();
      this.#cachedEntries = 1 + found.length;
    }
    this.#cache.set(cacheKey, found);
    return found;
  }

  /** Every entry in key order, for verifying. */
  *all(): Generator<KeyedTermEntry> {
    const walk = this.walk();
    while (walk.next()) {
      const { high, low, documentFrequency, offset, bytes } = walk;
      yield { high, low, documentFrequency, offset, bytes };
    }
  }

  /** Goes through all terms in key order, reading ahead in large pieces. */
  walk(): TermWalk {
    return new TermWalk((block, view) => this.#readTerms(block, view), this.#blockCount);
  }

  #search(high: number, low: number, lastLow: number): TermEntry[] {
    const found: TermEntry[] = [];
    let block = Math.max(0, this.#lastBlockNotAfter(high, low));
    for (; block < this.#blockCount; block++) {
      let offset = this.#blocks.getFloat64(block * BLOCK_BYTES + 8, true);
      const view = this.#block;
      const end = this.#readTerms(block, view);
      for (let position = 0; position < end; position += TERM_BYTES) {
        const entryHigh = readHigh(view, position);
        const entryLow = readLow(view, position);
        if (entryHigh > high || (entryHigh === high && entryLow > lastLow)) return found;
        if (entryHigh === high && entryLow >= low) found.push(readEntry(view, position, offset));
        offset += readBytes(view, position);
      }
    }
    return found;
  }

  /** The last block whose first key is not above the given one, or -1. */
  #lastBlockNotAfter(high: number, low: number): number {
    const after = partitionPoint(0, this.#blockCount, (block) => {
      const blockHigh = this.#blocks.getUint32(block * BLOCK_BYTES, true);
      return blockHigh < high || (blockHigh === high && this.#blocks.getUint32(block * BLOCK_BYTES + 4, true) <= low);
    });
    return after - 1;
  }

  /** Fills a view with the terms from a block on, as far as there are some; returns how many bytes of it. */
  #readTerms(block: number, view: DataView): number {
    const start = block * TERMS_PER_BLOCK * TERM_BYTES;
    const bytes = Math.min(view.byteLength, this.#file.footer.terms * TERM_BYTES - start);
    this.#file.read("terms", start, new Uint8Array(view.buffer), bytes);
    return bytes;
  }
}

/** Terms that are read at once when all are. */
const WALKED_BLOCKS = 256;

/** Goes through the terms of a segment; the fields are those of the term it stands at. Without an object for each: there are millions. */
export class TermWalk implements KeyedTermEntry {
  high = 0;
  low = 0;
  documentFrequency = 0;
  offset = 0;
  bytes = 0;
  readonly #readTerms: (block: number, view: DataView) => number;
  readonly #blockCount: number;
  readonly #view = new DataView(new ArrayBuffer(WALKED_BLOCKS * TERMS_PER_BLOCK * TERM_BYTES));
  #nextBlock = 0;
  #position = 0;
  #end = 0;

  /** @param readTerms fills a view from a block on; returns how many bytes of it */
  constructor(readTerms: (block: number, view: DataView) => number, blockCount: number) {
    this.#readTerms = readTerms;
    this.#blockCount = blockCount;
  }

  /** Goes on to the next term, the first one at first; false when there is none. */
  next(): boolean {
    if (this.#position === this.#end && !this.#readOn()) return false;
    this.offset += this.bytes;
    this.high = readHigh(this.#view, this.#position);
    this.low = readLow(this.#view, this.#position);
    this.documentFrequency = this.#view.getUint32(this.#position + 8, true);
    this.bytes = readBytes(this.#view, this.#position);
    this.#position += TERM_BYTES;
    return true;
  }

  #readOn(): boolean {
    if (this.#nextBlock >= this.#blockCount) return false;
    this.#end = this.#readTerms(this.#nextBlock, this.#view);
    this.#nextBlock += WALKED_BLOCKS;
    this.#position = 0;
    return this.#end > 0;
  }
}

const readHigh = (view: DataView, position: number): number => view.getUint32(position, true);
const readLow = (view: DataView, position: number): number => view.getUint32(position + 4, true);
const readBytes = (view: DataView, position: number): number => view.getUint32(position + 12, true);

const readEntry = (view: DataView, position: number, offset: number): TermEntry => ({
  documentFrequency: view.getUint32(position + 8, true),
  offset,
  bytes: readBytes(view, position),
});
