import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { syncFolder } from "../../disk/sync-folder.ts";
import {
  BLOCK_BYTES,
  encodeFooter,
  type Footer,
  MAGIC,
  PIECEWISE_SECTIONS,
  type Section,
  type SectionName,
  TERM_BYTES,
  TERMS_PER_BLOCK,
} from "./layout.ts";
import { PieceSums } from "./piece-checks.ts";
import { PostingsEncoder } from "./postings.ts";

const BUFFER_BYTES = 1 << 20;

/**
 * Writes a segment file section by section, under a temporary name; {@link finish} makes it durable and gives it its name.
 * Until then a crash leaves only a `.tmp` file, which the next writer removes.
 */
export class SegmentWriter {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  readonly #sections: Partial<Record<SectionName, Section>> = {};
  readonly #pieces = new Map<SectionName, PieceSums>();
  #buffered = 0;
  /** How much of the buffer is in the checksums of the open section already. */
  #summed = 0;
  #written = 0;
  #section: { name: SectionName; offset: number; crc: number } | undefined;
  #open = true;

  constructor(path: string) {
    this.#path = path;
    this.#temporary = `${path}.tmp`;
    this.#file = openSync(this.#temporary, "w");
    this.#append(MAGIC);
  }

  /** Written so far. */
  get bytes(): number {
    return this.#written + this.#buffered;
  }

  begin(name: SectionName): void {
    this.#align();
    this.#section = { name, offset: this.bytes, crc: 0 };
    this.#summed = this.#buffered;
    if (PIECEWISE_SECTIONS.includes(name)) this.#pieces.set(name, new PieceSums());
  }

  write(bytes: Uint8Array): void {
    if (this.#section === undefined) throw new Error("no section is open");
    this.#append(bytes);
  }

  end(): void {
    if (this.#section === undefined) throw new Error("no section is open");
    this.#sumBuffer();
    const { name, offset, crc } = this.#section;
    this.#sections[name] = { offset, bytes: this.bytes - offset, crc32: crc };
    this.#section = undefined;
  }

  section(name: SectionName, array: ArrayBufferView): void {
    this.begin(name);
    this.write(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    this.end();
  }

  /** Writes the footer, flushes to the disk, renames, and flushes the folder. */
  finish(footer: Omit<Footer, "sections" | "checks">): void {
    const checks = this.#writeChecks();
    this.#append(encodeFooter({ ...footer, sections: this.#sections as Footer["sections"], checks }));
    this.#flush();
    fsyncSync(this.#file);
    closeSync(this.#file);
    this.#open = false;
    renameSync(this.#temporary, this.#path);
    syncFolder(dirname(this.#path));
  }

  /** Gives the file up; safe to call after an error at any point. */
  abort(): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
    rmSync(this.#temporary, { force: true });
  }

  #writeChecks(): Section {
    const sums = PIECEWISE_SECTIONS.flatMap((name) => this.#pieces.get(name)?.finish() ?? []);
    const bytes = new Uint8Array(Uint32Array.from(sums).buffer);
    this.#align();
    const offset = this.bytes;
    this.#append(bytes);
    return { offset, bytes: bytes.length, crc32: crc32(bytes) };
  }

  #align(): void {
    const padding = -this.bytes & 7;
    if (padding > 0) this.#append(Buffer.alloc(padding));
  }

  #append(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > BUFFER_BYTES) this.#flush();
    if (bytes.length > BUFFER_BYTES) {
      this.#sum(bytes);
      this.#writeAll(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  #flush(): void {
    this.#sumBuffer();
    this.#writeAll(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
    this.#summed = 0;
  }

  /** Many small writes are summed up at once: a call costs as much as a kilobyte. */
  #sumBuffer(): void {
    this.#sum(this.#buffer.subarray(this.#summed, this.#buffered));
    this.#summed = this.#buffered;
  }

  #sum(bytes: Uint8Array): void {
    if (this.#section === undefined) return;
    this.#section.crc = crc32(bytes, this.#section.crc);
    this.#pieces.get(this.#section.name)?.add(bytes);
  }

  #writeAll(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; ) {
      const count = writeSync(this.#file, bytes, start, bytes.length - start);
      start += count;
      this.#written += count;
    }
  }
}

/** Postings are handed on when there are so many bytes of them; most terms have a few. */
const HANDED_BYTES = 1 << 15;
const TERM_NUMBERS = TERM_BYTES / 4;
/** Terms are kept in chunks of so many: one array that grows would be there twice. */
const CHUNK_TERMS = 4096;

/** Writes the sections postings, terms and blocks from terms that arrive in key order. */
export class TermSectionsWriter {
  readonly #writer: SegmentWriter;
  readonly #encoder = new PostingsEncoder();
  readonly #chunks: Uint32Array[] = [];
  #chunk = new Uint32Array(0);
  #blocks = new DataView(new ArrayBuffer(BLOCK_BYTES * 64));
  #postingsBytes = 0;
  #count = 0;

  constructor(writer: SegmentWriter) {
    this.#writer = writer;
    writer.begin("postings");
  }

  /** `packed[i]` is row × 64 + frequency, ascending, for i < count; count ≥ 1. */
  add(high: number, low: number, packed: Uint32Array, count: number): void {
    const bytes = this.#encoder.append(packed, count);
    if (this.#count % TERMS_PER_BLOCK === 0) this.#addBlock(high, low);
    if (this.#count % CHUNK_TERMS === 0) this.#addChunk();
    const at = (this.#count++ % CHUNK_TERMS) * TERM_NUMBERS;
    this.#chunk[at] = high;
    this.#chunk[at + 1] = low;
    this.#chunk[at + 2] = count;
    this.#chunk[at + 3] = bytes;
    this.#postingsBytes += bytes;
    if (this.#encoder.length >= HANDED_BYTES) this.#writer.write(this.#encoder.take());
  }

  /** Returns how many terms were written. */
  finish(): number {
    this.#writer.write(this.#encoder.take());
    this.#writer.end();
    this.#writer.begin("terms");
    for (const [index, chunk] of this.#chunks.entries()) {
      const terms = Math.min(CHUNK_TERMS, this.#count - index * CHUNK_TERMS);
      this.#writer.write(new Uint8Array(chunk.buffer, 0, terms * TERM_BYTES));
    }
    this.#writer.end();
    const blockCount = Math.ceil(this.#count / TERMS_PER_BLOCK);
    this.#writer.section("blocks", new Uint8Array(this.#blocks.buffer, 0, blockCount * BLOCK_BYTES));
    return this.#count;
  }

  /** Notes where the term begins a block. */
  #addBlock(high: number, low: number): void {
    const at = (this.#count / TERMS_PER_BLOCK) * BLOCK_BYTES;
    if (at === this.#blocks.byteLength) {
      const larger = new Uint8Array(at * 2);
      larger.set(new Uint8Array(this.#blocks.buffer));
      this.#blocks = new DataView(larger.buffer);
    }
    this.#blocks.setUint32(at, high, true);
    this.#blocks.setUint32(at + 4, low, true);
    this.#blocks.setFloat64(at + 8, this.#postingsBytes, true);
  }

  #addChunk(): void {
    this.#chunk = new Uint32Array(CHUNK_TERMS * TERM_NUMBERS);
    this.#chunks.push(this.#chunk);
  }
}
