import { TimeSlices } from "../../threads/time-slices.ts";
import { CodeLoader, type SharedCodes } from "../vectors/code-blocks.ts";
import { planScan, type ScanLayout } from "../vectors/scan-layout.ts";
import type { Columns } from "./columns.ts";
import { COLUMN_NAMES } from "./columns.ts";
import type { SectionName } from "./layout.ts";
import { SegmentFile, type SegmentFileData } from "./segment-file.ts";

/**
 * All that a segment keeps in memory. It is loaded once, by the thread that borrows segments from the registry, and can be
 * posted to others: its arrays lie in shared memory and its file stays open until the lease of the first is given back.
 */
export interface SegmentData {
  readonly id: number;
  readonly file: SegmentFileData;
  readonly columns: Columns;
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
    const buffers = new Map<SectionName, SharedArrayBuffer>();
    for (const name of [...COLUMN_NAMES, "blocks"] as const) buffers.set(name, await loading.section(name));
    const buffer = (name: SectionName): SharedArrayBuffer => buffers.get(name) as SharedArrayBuffer;
    return {
      id,
      file: file.data,
      columns: {
        keys: new Uint32Array(buffer("keys")),
        times: new Float64Array(buffer("times")),
        sources: new Uint32Array(buffer("sources")),
        categories: new Uint32Array(buffer("categories")),
        counts: new Uint16Array(buffer("counts")),
      },
      termBlocks: new Uint8Array(buffer("blocks")),
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
export function bytesOf({ columns, termBlocks, codes }: SegmentData): number {
  const arrays = [...COLUMN_NAMES.map((name) => columns[name]), termBlocks, codes.absentRows];
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, codes.buffer.byteLength);
}

/** What {@link bytesOf} will say of a file once it is loaded, and how many rows it has. @throws AppError `archive-damaged`. */
export function measureSegment(path: string): { rows: number; bytes: number } {
  const file = new SegmentFile(path);
  const { rows, sections } = file.footer;
  file.close();
  const names: readonly SectionName[] = [...COLUMN_NAMES, "blocks"];
  return { rows, bytes: names.reduce((sum, name) => sum + sections[name].bytes, layoutOf(file).codesBytes) };
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
    for (const piece of this.#file.pieces(name, PIECE_BYTES)) {
      target.set(piece, offset);
      offset += piece.length;
      if (this.#slices.isOver) await this.#slices.next();
    }
    return target.buffer;
  }

  async codes(layout: ScanLayout): Promise<SharedCodes> {
    const loader = new CodeLoader(layout);
    const wholeRows = Math.max(1, Math.floor(PIECE_BYTES / layout.codeBytes)) * layout.codeBytes;
    for (const piece of this.#file.pieces("codes", wholeRows)) {
      loader.add(piece);
      if (this.#slices.isOver) await this.#slices.next();
    }
    return loader.finish();
  }
}
