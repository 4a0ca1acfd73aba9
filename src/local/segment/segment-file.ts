import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { isSystemError } from "../../errors.ts";
import {
  damagedSegment,
  END_MAGIC,
  type Footer,
  MAGIC,
  PIECEWISE_SECTIONS,
  parseFooter,
  SECTION_NAMES,
  type Section,
  type SectionName,
  TRAILER_BYTES,
} from "./layout.ts";
import { createPieces, PieceChecks, type Pieces, pieceCount } from "./piece-checks.ts";

/** An open segment file, as it can be posted to another thread: descriptors are good in the whole process. */
export interface SegmentFileData {
  readonly path: string;
  readonly descriptor: number;
  readonly bytes: number;
  readonly footer: Footer;
  /** Names the content: the footer holds the checksum of every section. */
  readonly footerCrc32: number;
  /** Checksums of what is read piece by piece, and what has been found sound; undefined in a segment without them. */
  readonly pieces: Pieces | undefined;
}

/** An open segment file: its footer, and reads within its sections. */
export class SegmentFile {
  readonly path: string;
  readonly footer: Footer;
  readonly bytes: number;
  /** See {@link SegmentFileData.footerCrc32}. */
  readonly footerCrc32: number;
  #file: number | undefined;
  readonly #pieces: Pieces | undefined;
  readonly #checks: ReadonlyMap<SectionName, PieceChecks>;

  /**
   * Opens a path, or takes over what another thread has opened; that one keeps it open and closes it.
   * @throws AppError `archive-damaged` when the file is missing, cut or altered in its frame.
   */
  constructor(source: string | SegmentFileData) {
    if (typeof source !== "string") {
      ({ path: this.path, descriptor: this.#file, bytes: this.bytes } = source);
      ({ footer: this.footer, footerCrc32: this.footerCrc32, pieces: this.#pieces } = source);
      this.#checks = this.#createChecks();
      return;
    }
    const path = source;
    this.path = path;
    try {
      this.#file = openSync(path, "r");
    } catch (error) {
      if (isSystemError(error, "ENOENT")) throw damagedSegment(path, "the file is missing", error);
      throw error;
    }
    try {
      this.bytes = fstatSync(this.#file).size;
      const { footer, footerCrc32 } = this.#readFooter();
      this.footer = footer;
      this.footerCrc32 = footerCrc32;
      this.#pieces = this.#readPieces();
      this.#checks = this.#createChecks();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get data(): SegmentFileData {
    const { path, bytes, footer, footerCrc32 } = this;
    return { path, descriptor: this.#opened(), bytes, footer, footerCrc32, pieces: this.#pieces };
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /**
   * Fills `target`, or its first bytes, from `offset` bytes into a section. What is read for the first time of vectors, postings and terms
   * is checked. @throws AppError `archive-damaged` when the checksum is wrong.
   */
  read(name: SectionName, offset: number, target: Uint8Array, bytes = target.length): void {
    const section = this.footer.sections[name];
    const end = offset + bytes;
    if (end > section.bytes) throw damagedSegment(this.path, `section ${name} is too short`);
    const checks = this.#checks.get(name);
    if (checks !== undefined && !checks.areKnown(offset, end)) {
      const isSound = checks.check(offset, end, (at, piece) => this.#readAt(section.offset + at, piece));
      if (!isSound)
        throw damagedSegment(this.path, `section ${name} has a wrong checksum between its bytes ${offset} and ${end}`);
    }
    this.#readAt(section.offset + offset, target, bytes);
  }

  /** A whole section, checked. @throws AppError `archive-damaged` when its checksum is wrong. */
  readSection(name: SectionName): Uint8Array<ArrayBuffer> {
    return this.#readWhole(this.footer.sections[name], `section ${name}`);
  }

  /**
   * A whole section in pieces of at most `pieceBytes`, each good until the next.
   * @throws AppError `archive-damaged`, after the last piece, when the checksum is wrong.
   */
  *pieces(name: SectionName, pieceBytes: number): Generator<Uint8Array> {
    const section = this.footer.sections[name];
    const buffer = new Uint8Array(Math.min(pieceBytes, section.bytes));
    let crc = 0;
    for (let done = 0; done < section.bytes; done += buffer.length) {
      const piece = buffer.subarray(0, Math.min(buffer.length, section.bytes - done));
      this.#readAt(section.offset + done, piece);
      crc = crc32(piece, crc);
      yield piece;
    }
    if (crc !== section.crc32) throw this.#wrongChecksum(`section ${name}`);
  }

  /** Names of the sections whose checksum is wrong; reads the whole file in small pieces. */
  damagedSections(): SectionName[] {
    const buffer = Buffer.allocUnsafe(1 << 20);
    return SECTION_NAMES.filter((name) => {
      const section = this.footer.sections[name];
      let crc = 0;
      for (let done = 0; done < section.bytes; done += buffer.length) {
        const piece = buffer.subarray(0, Math.min(buffer.length, section.bytes - done));
        this.#readAt(section.offset + done, piece);
        crc = crc32(piece, crc);
      }
      return crc !== section.crc32;
    });
  }

  #wrongChecksum(what: string): Error {
    return damagedSegment(this.path, `the checksum of ${what} is wrong`);
  }

  #readWhole(section: Section, what: string): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(section.bytes);
    this.#readAt(section.offset, bytes);
    if (crc32(bytes) !== section.crc32) throw this.#wrongChecksum(what);
    return bytes;
  }

  #readPieces(): Pieces | undefined {
    const { checks } = this.footer;
    return checks === undefined ? undefined : createPieces(this.#readWhole(checks, "the checksums"));
  }

  #createChecks(): ReadonlyMap<SectionName, PieceChecks> {
    const checks = new Map<SectionName, PieceChecks>();
    if (this.#pieces === undefined) return checks;
    let first = 0;
    for (const name of PIECEWISE_SECTIONS) {
      const { bytes } = this.footer.sections[name];
      checks.set(name, new PieceChecks(this.#pieces, first, bytes));
      first += pieceCount(bytes);
    }
    return checks;
  }

  #readFooter(): { footer: Footer; footerCrc32: number } {
    if (this.bytes < MAGIC.length + TRAILER_BYTES) throw damagedSegment(this.path, "it is cut short");
    const magic = Buffer.alloc(MAGIC.length);
    this.#readAt(0, magic);
    const trailer = Buffer.alloc(TRAILER_BYTES);
    this.#readAt(this.bytes - TRAILER_BYTES, trailer);
    const length = trailer.readUInt32LE(0);
    if (!magic.equals(MAGIC) || !trailer.subarray(8).equals(END_MAGIC) || length > this.bytes - TRAILER_BYTES)
      throw damagedSegment(this.path, "it does not begin and end as a segment does");
    const json = Buffer.alloc(length);
    this.#readAt(this.bytes - TRAILER_BYTES - length, json);
    const footerCrc32 = trailer.readUInt32LE(4);
    return { footer: parseFooter(json, footerCrc32, this.path), footerCrc32 };
  }

  #opened(): number {
    if (this.#file === undefined) throw new Error(`segment ${this.path} is closed`);
    return this.#file;
  }

  #readAt(position: number, target: Uint8Array, bytes = target.length): void {
    const file = this.#opened();
    for (let done = 0; done < bytes; ) {
      const count = readSync(file, target, done, bytes - done, position + done);
      if (count === 0) throw damagedSegment(this.path, "it is cut short");
      done += count;
    }
  }
}
