import { TimeSlices } from "../../threads/time-slices.ts";
import type { NameCounts } from "../store/names.ts";
import { CodeLoader, type SharedCodes } from "../vectors/code-blocks.ts";
import { planScan, type ScanLayout } from "../vectors/scan-layout.ts";
import {
  idBytes,
  type KeptColumns,
  keepIds,
  keepTimes,
  keptBytes,
  type ReadPieces,
  TIME_BYTES,
} from "./kept-columns.ts";
import type { SectionName } from "./layout.ts";
import { SegmentFile, type SegmentFileData } from "./segment-file.ts";

/**
 * All that a segment keeps in memory. It is loaded once, by the thread that borrows segments from the registry, and can be
 * posted to others: its arrays lie in shared memory and its file stays open until the lease of the first is given back.
 */
export interface SegmentData {
  readonly id: number;
  readonly file: SegmentFileData;
  readonly columns: KeptColumns;
  /** The section `blocks`. */
  readonly termBlocks: Uint8Array<SharedArrayBuffer>;
  readonly codes: SharedCodes;
}

/** Bytes that are read at once. */
const PIECE_BYTES = 1 << 18;
/** How long loading may hold the thread before others get their turn. */
const SLICE_MS = 4;

/** Opens a segment file and loads what is kept of it, every byte checked. @throws AppError `archive-damaged`. */
export async function loadSegment(id: number, path: string): Promise<SegmentData> {
  const file = new SegmentFile(path);
  try {
    const loading = new Loading(file);
    const { rows } = file.footer;
    return {
      id,
      file: file.data,
      columns: {
        keys: new Uint32Array(await loading.section("keys")),
        times: await keepTimes(rows, loading.pieces("times")),
        sources: await keepIds(rows, loading.pieces("sources")),
        categories: await keepIds(rows, loading.pieces("categories")),
        counts: new Uint16Array(await loading.section("counts")),
      },
      termBlocks: new Uint8Array(await loading.section("blocks")),
      codes: await loading.codes(layoutOf(file)),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

export const layoutOf = ({ footer }: Pick<SegmentFile, "footer">): ScanLayout =>
  planScan(footer.dimensions, footer.rows);

/** Bytes that the data keeps resident. */
export const bytesOf = ({ columns, termBlocks, codes }: SegmentData): number =>
  keptBytes(columns) + termBlocks.byteLength + codes.absentRows.byteLength + codes.buffer.byteLength;

/**
 * What {@link bytesOf} will say of a file once it is loaded, or a little less, and how many rows it has: 4 bytes a row are missing where times
 * have fractions of seconds. @throws AppError `archive-damaged`.
 */
export function measureSegment(path: string, names: NameCounts): { rows: number; bytes: number } {
  const file = new SegmentFile(path);
  const { rows, sections } = file.footer;
  file.close();
  const read = (["keys", "counts", "blocks"] as const).reduce((sum, name) => sum + sections[name].bytes, 0);
  const packed = rows * (TIME_BYTES + idBytes(names.sources) + idBytes(names.categories));
  return { rows, bytes: read + packed + layoutOf(file).codesBytes };
}

/** Reads sections piece by piece: nothing is held twice, and the thread serves others in between. */
class Loading {
  readonly #file: SegmentFile;
  readonly #slices = new TimeSlices(SLICE_MS);

  constructor(file: SegmentFile) {
    this.#file = file;
  }

  async section(name: SectionName): Promise<SharedArrayBuffer> {
    const target = new Uint8Array(new SharedArrayBuffer(this.#file.footer.sections[name].bytes));
    let offset = 0;
    for await (const piece of this.#pieces(name)) {
      target.set(piece, offset);
      offset += piece.length;
    }
    return target.buffer;
  }

  /** Reads a section as often as it is asked to; each piece is valid until the next. */
  pieces(name: SectionName): ReadPieces {
    return () => this.#pieces(name);
  }

  async codes(layout: ScanLayout): Promise<SharedCodes> {
    const loader = new CodeLoader(layout);
    const wholeRows = Math.max(1, Math.floor(PIECE_BYTES / layout.codeBytes)) * layout.codeBytes;
    for await (const piece of this.#pieces("codes", wholeRows)) loader.add(piece);
    return loader.finish();
  }

  async *#pieces(name: SectionName, pieceBytes = PIECE_BYTES): AsyncGenerator<Uint8Array> {
    for (const piece of this.#file.pieces(name, pieceBytes)) {
      yield piece;
      if (this.#slices.isOver) await this.#slices.next();
    }
  }
}
