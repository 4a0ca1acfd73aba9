import { partitionPoint } from "../../collections/partition-point.ts";
import type { TermKey } from "../../text/terms.ts";
import { BLOCK_BYTES, TERM_BYTES, TERMS_PER_BLOCK } from "./layout.ts";
import type { SegmentFile } from "./segment-file.ts";

export interface TermEntry {
  readonly high: number;
  readonly low: number;
  readonly documentFrequency: number;
  /** Place of the postings in their section. */
  readonly offset: number;
  readonly bytes: number;
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

  /** Every entry in key order, reading ahead in large pieces; for merging and verifying. */
  *all(): Generator<TermEntry> {
    let offset = 0;
    const blocksPerRead = 256;
    for (let block = 0; block < this.#blockCount; block += blocksPerRead) {
      const view = this.#readTerms(block, Math.min(blocksPerRead, this.#blockCount - block));
      for (let position = 0; position < view.byteLength; position += TERM_BYTES) {
        const entry = readEntry(view, position, offset);
        offset += entry.bytes;
        yield entry;
      }
    }
  }

  #search(high: number, low: number, lastLow: number): TermEntry[] {
    const found: TermEntry[] = [];
    let block = Math.max(0, this.#lastBlockNotAfter(high, low));
    for (; block < this.#blockCount; block++) {
      let offset = this.#blocks.getFloat64(block * BLOCK_BYTES + 8, true);
      const view = this.#readTerms(block, 1);
      for (let position = 0; position < view.byteLength; position += TERM_BYTES) {
        const entry = readEntry(view, position, offset);
        offset += entry.bytes;
        if (entry.high > high || (entry.high === high && entry.low > lastLow)) return found;
        if (entry.high === high && entry.low >= low) found.push(entry);
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

  #readTerms(block: number, blocks: number): DataView {
    const start = block * TERMS_PER_BLOCK;
    const terms = Math.min(blocks * TERMS_PER_BLOCK, this.#file.footer.terms - start);
    const bytes = new Uint8Array(terms * TERM_BYTES);
    this.#file.read("terms", start * TERM_BYTES, bytes);
    return new DataView(bytes.buffer);
  }
}

function readEntry(view: DataView, position: number, offset: number): TermEntry {
  return {
    high: view.getUint32(position, true),
    low: view.getUint32(position + 4, true),
    documentFrequency: view.getUint32(position + 8, true),
    bytes: view.getUint32(position + 12, true),
    offset,
  };
}
