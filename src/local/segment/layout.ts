import { crc32 } from "node:zlib";
import { AppError } from "../../errors.ts";

/**
 * One segment is one file, written once and never changed:
 *
 *     "WXSEG001" │ section │ section │ … │ footer (JSON) │ footer length u32 │ footer CRC-32 u32 │ "WXSEGEND"
 *
 * Sections begin at multiples of 8 bytes; numbers are little-endian. `rows` are ordered by (published, key).
 *
 *     keys        u32 × rows              article key
 *     times       f64 × rows              published, ms since 1970; -Infinity where undated
 *     sources     u32 × rows              source id
 *     categories  u32 × rows              category id
 *     counts      u16 × rows              keyword terms of the row, title counted extra
 *     codes       codeBytes × rows        sign bits of the vector
 *     vectors     (dimensions + 4) × rows int8 values, then the f32 scale; scale 0: no vector
 *     postings    bytes                   see postings.ts, terms in key order
 *     terms       16 × terms              high u32, low u32, document frequency u32, posting bytes u32, ascending by key
 *     blocks      16 × ⌈terms / 64⌉       first key of each block of terms (high u32, low u32), its offset in postings f64
 *
 * Last comes, under no name, one CRC-32 (u32) for every CHECK_BYTES of each section that is read piece by piece, in the order of
 * PIECEWISE_SECTIONS, so that a piece can be checked when it is read; the other sections are read, and checked, whole.
 */
export const SECTION_NAMES = [
  "keys",
  "times",
  "sources",
  "categories",
  "counts",
  "codes",
  "vectors",
  "postings",
  "terms",
  "blocks",
] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

export const PIECEWISE_SECTIONS: readonly SectionName[] = ["vectors", "postings", "terms"];
/** Small, since a first look at a single vector reads so much; large enough for one megabyte of checksums a million articles. */
export const CHECK_BYTES = 8192;

export interface Section {
  readonly offset: number;
  readonly bytes: number;
  readonly crc32: number;
}

export interface Footer {
  readonly rows: number;
  readonly terms: number;
  readonly dimensions: number;
  readonly codeBytes: number;
  /** Sum of `counts` before they were capped. */
  readonly totalTermCount: number;
  readonly sections: Readonly<Record<SectionName, Section>>;
  /** Checksums of the pieces. Absent in segments written before pieces had checksums; only `verify` checks those. */
  readonly checks?: Section;
}

export const MAGIC = Buffer.from("WXSEG001", "latin1");
export const END_MAGIC = Buffer.from("WXSEGEND", "latin1");
/** Footer length, footer CRC-32, end magic. */
export const TRAILER_BYTES = 16;
export const TERM_BYTES = 16;
export const BLOCK_BYTES = 16;
export const TERMS_PER_BLOCK = 64;
/** Bytes of the scale that follows the int8 values of a vector. */
export const SCALE_BYTES = 4;

export function encodeFooter(footer: Footer): Buffer {
  const json = Buffer.from(JSON.stringify(footer), "utf8");
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(json.length, 0);
  trailer.writeUInt32LE(crc32(json), 4);
  END_MAGIC.copy(trailer, 8);
  return Buffer.concat([json, trailer]);
}

/** @throws AppError `archive-damaged` when the checksum or a size is wrong. */
export function parseFooter(json: Buffer, expectedCrc: number, path: string): Footer {
  if (crc32(json) !== expectedCrc) throw damagedSegment(path, "the checksum of its footer is wrong");
  const footer = JSON.parse(json.toString("utf8")) as Footer;
  const missing = SECTION_NAMES.filter((name) => footer.sections[name] === undefined);
  if (missing.length > 0) throw damagedSegment(path, `it has no section ${missing.join(", ")}`);
  return footer;
}

export function damagedSegment(path: string, what: string, cause?: unknown): AppError {
  return new AppError("archive-damaged", `Segment ${path} is damaged: ${what}.`, { cause, remedy: { code: "repair" } });
}
