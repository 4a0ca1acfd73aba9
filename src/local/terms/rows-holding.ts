import type { TermKey } from "../../text/terms.ts";
import { damagedSegment } from "../segment/layout.ts";
import { BLOCK_POSTINGS, createPostingsTarget, decodePostings, SKIP_BYTES, skipCount } from "../segment/postings.ts";
import type { TermEntry } from "../segment/term-directory.ts";
import type { RowRange } from "./board-kernel.ts";
import type { TermSource } from "./term-board.ts";

/**
 * The rows of a range that hold every one of some terms, ascending, whether they are live or not; valid until the next call. Undefined where a
 * key stands for several terms. The postings of the rarest term are decoded, and of each other one only the blocks in which a row that is
 * left may stand: for a few rare words far less than a board takes.
 * @throws AppError `archive-damaged` when a term cannot be what its segment says.
 */
export function rowsHolding(source: TermSource, keys: readonly TermKey[], range: RowRange): Uint32Array | undefined {
  const entries: TermEntry[] = [];
  for (const key of keys) {
    const [entry, ...others] = source.find(key);
    if (others.length > 0) return undefined;
    if (entry === undefined) return NONE;
    entries.push(entry);
  }
  entries.sort((one, other) => one.documentFrequency - other.documentFrequency);
  const [rarest, ...others] = entries;
  if (rarest === undefined) return NONE;
  decodePostings(read(source, rarest), rarest.documentFrequency, range, decoded);
  const { rows } = decoded;
  let { count } = decoded;
  for (const entry of others) {
    if (count === 0) break;
    count = retain(rows.subarray(0, count), read(source, entry), entry.documentFrequency);
  }
  return rows.subarray(0, count);
}

const NONE = new Uint32Array();
const decoded = createPostingsTarget();
/** Postings that are read, one list after the other; as long as the longest so far. */
let kept = new Uint8Array(1 << 14);

function read(source: TermSource, { documentFrequency, offset, bytes }: TermEntry): Uint8Array {
  // A posting takes one byte to six.
  const body = bytes - skipCount(documentFrequency) * SKIP_BYTES;
  if (documentFrequency > source.rows || body < documentFrequency || body > documentFrequency * 6)
    throw damagedSegment(source.path, "its terms do not fit its rows");
  if (kept.length < bytes) kept = new Uint8Array(2 * bytes);
  const postings = kept.subarray(0, bytes);
  source.readPostings(offset, postings);
  return postings;
}

/** Moves those of some ascending rows that have a posting to the front; returns how many they are. */
function retain(rows: Uint32Array, postings: Uint8Array, documentFrequency: number): number {
  const blocks = skipCount(documentFrequency);
  const skips = new DataView(postings.buffer, postings.byteOffset, postings.byteLength);
  const body = blocks * SKIP_BYTES;
  let block = 0;
  let position = body;
  let left = Math.min(BLOCK_POSTINGS, documentFrequency);
  let row = -1;
  let held = 0;
  for (let index = 0; index < rows.length; index++) {
    const wanted = rows[index] as number;
    let next = block;
    while (next < blocks && skips.getUint32(next * SKIP_BYTES, true) < wanted) next++;
    if (next !== block) {
      block = next;
      row = skips.getUint32((block - 1) * SKIP_BYTES, true);
      position = body + skips.getUint32((block - 1) * SKIP_BYTES + 4, true);
      left = Math.min(BLOCK_POSTINGS, documentFrequency - block * BLOCK_POSTINGS);
    }
    for (; row < wanted && left > 0; left--) {
      let value = postings[position++] as number;
      if (value >= 0x80) {
        value &= 0x7f;
        for (let shift = 7, byte = 0x80; byte >= 0x80 && shift < 35; shift += 7) {
          byte = postings[position++] as number;
          value |= (byte & 0x7f) << shift;
        }
      }
      position += value & 1;
      row += value >>> 1;
    }
    if (row === wanted) rows[held++] = wanted;
  }
  return held;
}
