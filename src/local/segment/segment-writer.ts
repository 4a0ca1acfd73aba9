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

/** Writes the sections postings, terms and blocks from terms that arrive in key order. */
export class TermSectionsWriter {
  readonly #writer: SegmentWriter;
  readonly #encoder = new PostingsEncoder();
  #terms = new GrowingBytes(TERM_BYTES * 4096);
  #blocks = new GrowingBytes(BLOCK_BYTES * 64);
  #postingsBytes = 0;
  #count = 0;

  constructor(writer: SegmentWriter) {
    this.#writer = writer;
    writer.begin("postings");
  }

  /** `packed[i]` is row × 64 + frequency, ascending, for i < count; count ≥ 1. */
  add(high: number, low: number, packed: Uint32Array, count: number): void {
    const bytes = this.#encoder.encode(packed, count);
    if (this.#count % TERMS_PER_BLOCK === 0) {
      const block = this.#blocks.extend(BLOCK_BYTES);
      block.writeUInt32LE(high, 0);
      block.writeUInt32LE(low, 4);
      block.writeDoubleLE(this.#postingsBytes, 8);
    }
    const term = this.#terms.extend(TERM_BYTES);
    term.writeUInt32LE(high, 0);
    term.writeUInt32LE(low, 4);
    term.writeUInt32LE(count, 8);
    term.writeUInt32LE(bytes.length, 12);
    this.#writer.write(bytes);
    this.#postingsBytes += bytes.length;
    this.#count++;
  }

  /** Returns how many terms were written. */
  finish(): number {
    this.#writer.end();
    this.#writer.section("terms", this.#terms.bytes);
    this.#writer.section("blocks", this.#blocks.bytes);
    return this.#count;
  }
}

class GrowingBytes {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  extend(bytes: number): Buffer {
    if (this.#length + bytes > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(this.#buffer.length * 2);
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    const view = this.#buffer.subarray(this.#length, this.#length + bytes);
    this.#length += bytes;
    return view;
  }
}
