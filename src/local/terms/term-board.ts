import type { TermKey } from "../../text/terms.ts";
import type { TermMatches, TermSearch } from "../read/snapshot.ts";
import { damagedSegment } from "../segment/layout.ts";
import { postingsPart, SKIP_BYTES, skipCount } from "../segment/postings.ts";
import type { TermEntry } from "../segment/term-directory.ts";
import { type BoardKernel, NEVER, type PostingsRun, type RowRange } from "./board-kernel.ts";
import { type BoardLayout, planBoard } from "./board-layout.ts";
import { createBoardKernel } from "./create-board-kernel.ts";

/** The sign bit of a row's bits: it matches whatever it holds. */
const CHOSEN = 1 << 31;
/** A list of postings of up to so many bytes is read whole, however few of its rows are wanted. */
const READ_WHOLE_BYTES = 4096;
/** Rows that a board has room for at least, so that small segments share one. */
const LEAST_ROWS = 1 << 14;

/** What a board wants to know of a segment. */
export interface TermSource {
  /** For messages. */
  readonly path: string;
  readonly rows: number;
  /** Keyword terms per row. */
  readonly termCounts: Uint16Array;
  /** The entries of a term, or of a range of terms that stand side by side. */
  find(term: TermKey): readonly TermEntry[];
  /** Fills `target` from a place in the section of postings. */
  readPostings(offset: number, target: Uint8Array): void;
}

/**
 * The keyword stage of one segment after the other, over one memory: about 20 bytes for each row of the largest segment.
 *
 *     postings of each term ─► bits and score of each row ─► rows whose bits are enough
 */
export class TermBoard {
  readonly #simd: boolean;
  #memory: BoardMemory | undefined;

  /** `simd` false: JavaScript even where WebAssembly SIMD is there. */
  constructor(simd = true) {
    this.#simd = simd;
  }

  /** Gives its memory back; the next search makes it anew. */
  trim(): void {
    this.#memory = undefined;
  }

  /**
   * The rows of a range that match, ascending, with their scores; both are valid until the next call.
   * @throws AppError `archive-damaged` when a term cannot be what its segment says.
   */
  match(source: TermSource, search: TermSearch, live: Uint8Array | undefined): TermMatches {
    const { from, to, terms, rule, best, everything, chosen } = search;
    const memory = this.#room(source.rows);
    const { kernel, scores, seen, counts, tables } = memory;
    scores.fill(0, from, to);
    seen.fill(everything ? CHOSEN : 0, from, to);
    for (const { rows, bits } of search.given ?? [])
      for (let index = 0; index < rows.length; index++)
        seen[rows[index] as number] = (seen[rows[index] as number] as number) | bits;
    for (let index = 0; index < chosen.length; index++)
      seen[chosen[index] as number] = (seen[chosen[index] as number] as number) | CHOSEN;
    if (terms.length > 0) counts.set(source.termCounts.subarray(from, to), from);
    for (const { key, weight, bits } of terms) {
      const entries = source.find(key);
      const credit = { weight, bits, flat: search.flat, perTerm: search.perTerm };
      const [only] = entries;
      if (only === undefined) continue;
      if (entries.length === 1) kernel.add(memory.read(source, only, search), search, credit);
      else {
        memory.sum(source, entries, search);
        kernel.addSums(search, credit);
      }
    }
    tables.set(rule.tables);
    const masked = memory.writeMask(search, live);
    let matches = 0;
    for (let row = from; row < to; ) {
      const progress = kernel.collect({
        ...rule,
        least: best === undefined ? NEVER : rule.least,
        floor: best?.floor ?? 0,
        from: row,
        to,
        masked,
        base: search.base,
        matches,
      });
      ({ row, matches } = progress);
      for (let index = 0; index < progress.best; index++)
        best?.offer(memory.bestRows[index * 2] as number, memory.bestScores[index * 2 + 1] as number);
    }
    return {
      rows: memory.matchRows.subarray(0, matches),
      scores: memory.matchScores.subarray(0, matches),
      bitsAt: (row) => (seen[row] as number) & ~CHOSEN,
      scoreAt: (row) => scores[row] as number,
    };
  }

  #room(rows: number): BoardMemory {
    if (this.#memory === undefined || this.#memory.layout.rows < rows)
      this.#memory = new BoardMemory(planBoard(Math.max(LEAST_ROWS, rows)), this.#simd);
    return this.#memory;
  }
}

/** The memory of a board with views of its parts. */
class BoardMemory {
  readonly layout: BoardLayout;
  readonly kernel: BoardKernel;
  readonly scores: Float32Array;
  readonly seen: Int32Array;
  readonly counts: Uint16Array;
  readonly tables: Int32Array;
  readonly matchRows: Uint32Array;
  readonly matchScores: Float32Array;
  /** Row, score, row, score …: one memory read both ways. */
  readonly bestRows: Uint32Array;
  readonly bestScores: Float32Array;
  readonly #allow: Uint8Array;
  readonly #sums: Uint8Array;
  readonly #postings: Uint8Array;

  constructor(layout: BoardLayout, simd: boolean) {
    const { rows } = layout;
    this.layout = layout;
    this.kernel = createBoardKernel(layout, simd);
    const { buffer } = this.kernel;
    this.scores = new Float32Array(buffer, layout.scores, rows);
    this.seen = new Int32Array(buffer, layout.seen, rows);
    this.counts = new Uint16Array(buffer, layout.counts, rows);
    this.tables = new Int32Array(buffer, layout.tables, 4 * 256);
    this.matchRows = new Uint32Array(buffer, layout.matchRows, rows);
    this.matchScores = new Float32Array(buffer, layout.matchScores, rows);
    this.bestRows = new Uint32Array(buffer, layout.best);
    this.bestScores = new Float32Array(buffer, layout.best);
    this.#allow = new Uint8Array(buffer, layout.allow, rows);
    this.#sums = new Uint8Array(buffer, layout.sums, rows);
    this.#postings = new Uint8Array(buffer, layout.postings, layout.postingsBytes);
  }

  /** Reads a term's postings: those of a long list alone that may stand in the range. */
  read(source: TermSource, entry: TermEntry, range: RowRange): PostingsRun {
    this.#check(source, entry);
    const { documentFrequency, offset, bytes } = entry;
    const at = this.layout.postings;
    const skipBytes = skipCount(documentFrequency) * SKIP_BYTES;
    if (bytes <= READ_WHOLE_BYTES || (range.from === 0 && range.to === source.rows)) {
      source.readPostings(offset, this.#postings.subarray(0, bytes));
      return { at: at + skipBytes, count: documentFrequency, row: -1 };
    }
    const skips = this.#postings.subarray(0, skipBytes);
    source.readPostings(offset, skips);
    const { start, end, count, row } = postingsPart(skips, entry, range);
    if (start > end || skipBytes + end > bytes) throw this.#damaged(source);
    source.readPostings(offset + skipBytes + start, this.#postings.subarray(0, end - start));
    return { at, count, row };
  }

  /** Adds up the frequencies of terms that stand side by side, as many of them at once as there is room for. */
  sum(source: TermSource, entries: readonly TermEntry[], range: RowRange): void {
    this.#sums.fill(0, range.from, range.to);
    for (let first = 0; first < entries.length; ) {
      const { offset } = entries[first] as TermEntry;
      let last = first;
      let bytes = 0;
      for (; last < entries.length; last++) {
        const entry = entries[last] as TermEntry;
        this.#check(source, entry);
        if (last > first && bytes + entry.bytes > this.#postings.length) break;
        bytes += entry.bytes;
      }
      source.readPostings(offset, this.#postings.subarray(0, bytes));
      for (; first < last; first++) {
        const entry = entries[first] as TermEntry;
        const count = entry.documentFrequency;
        const at = this.layout.postings + (entry.offset - offset) + skipCount(count) * SKIP_BYTES;
        this.kernel.sum({ at, count, row: -1 }, range);
      }
    }
  }

  /** Lets the kernel see which rows of a range may match; false when all may. */
  writeMask({ from, to, allow }: TermSearch, live: Uint8Array | undefined): boolean {
    const mask = this.#allow;
    const first = allow ?? live;
    if (first === undefined) return false;
    mask.set(first.subarray(from, to), from);
    if (allow !== undefined && live !== undefined)
      for (let row = from; row < to; row++) mask[row] = (mask[row] as number) & (live[row] as number);
    return true;
  }

  /** An entry of more postings than rows, or of more bytes than these can take, would lead the kernel astray. */
  #check(source: TermSource, { documentFrequency, bytes }: TermEntry): void {
    if (documentFrequency > source.rows || bytes > this.#postings.length) throw this.#damaged(source);
  }

  #damaged = ({ path }: TermSource): Error => damagedSegment(path, "its terms do not fit its rows");
}
