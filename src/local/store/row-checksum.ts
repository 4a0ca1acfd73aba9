import { crc32 } from "node:zlib";
import type { StoredText } from "../texts/stored-text.ts";
import { HASH_BYTES } from "./article-hash.ts";

/** The columns of an article's row as the database keeps them. */
export interface StoredRow {
  readonly id: string;
  readonly title: StoredText;
  readonly body: StoredText;
  readonly url: StoredText | null;
  readonly sourceId: number;
  readonly categoryId: number;
  readonly publishedMs: number | null;
}

const CHECKSUM_BYTES = 4;

/**
 * The hash of an article, and behind it the CRC-32 of its row. The checksum needs no text and is cheap to look at whenever a row is read;
 * `verify` looks at both.
 */
export function withChecksum(hash: Uint8Array, row: StoredRow): Uint8Array {
  const both = Buffer.alloc(hash.length + CHECKSUM_BYTES);
  both.set(hash);
  both.writeUInt32LE(checksumOf(hash, row), hash.length);
  return both;
}

/** Whether a row is as it was written; undefined where no checksum was kept, as in archives of earlier versions. */
export function isSoundRow(hash: Uint8Array, row: StoredRow): boolean | undefined {
  if (hash.length !== HASH_BYTES + CHECKSUM_BYTES) return undefined;
  const { buffer, byteOffset } = hash;
  const kept = new DataView(buffer, byteOffset).getUint32(HASH_BYTES, true);
  return kept === checksumOf(hash.subarray(0, HASH_BYTES), row);
}

function checksumOf(hash: Uint8Array, { id, title, body, url, sourceId, categoryId, publishedMs }: StoredRow): number {
  // Where one column ends and the next one begins is part of it.
  const rest = `${sourceId} ${categoryId} ${publishedMs} ${title.length} ${body.length} ${url?.length} ${id}`;
  let crc = crc32(body, crc32(title, crc32(rest, crc32(hash))));
  if (url !== null) crc = crc32(url, crc);
  return crc;
}
