import type { DatabaseSync } from "node:sqlite";
import type { Lease, Resources } from "../../resources/resources.ts";
import { damagedSegment } from "../segment/layout.ts";
import { Segment } from "../segment/segment.ts";
import { bytesOf, loadSegment } from "../segment/segment-data.ts";
import { resourceKey, segmentPath } from "./database.ts";

/** One segment of the commit record. */
export interface SegmentRecord {
  readonly id: number;
  readonly rows: number;
  /** Checksum of the footer of its file, which holds the checksums of all the rest. */
  readonly footerCrc32: number;
  /** In shared memory, like all that segments keep. */
  readonly live: Uint8Array | undefined;
}

/** The segments that are part of the archive now (staged ones left out), in order of id, with their dead rows. */
export function readSegmentRecords(database: DatabaseSync): SegmentRecord[] {
  const dead = new Map<number, number[]>();
  for (const row of database.prepare("SELECT segment_id, row FROM dead").iterate()) {
    const id = Number(row.segment_id);
    const rows = dead.get(id);
    if (rows === undefined) dead.set(id, [Number(row.row)]);
    else rows.push(Number(row.row));
  }
  return readRecords(database, "staged_for IS NULL").map((record) => ({
    ...record,
    live: liveMask(record.rows, dead.get(record.id)),
  }));
}

/** The segments that an unfinished reindex has made. */
export function readStagedRecords(database: DatabaseSync): SegmentRecord[] {
  return readRecords(database, "staged_for IS NOT NULL").map((record) => ({ ...record, live: undefined }));
}

function readRecords(database: DatabaseSync, condition: string): Omit<SegmentRecord, "live">[] {
  return database
    .prepare(`SELECT id, rows, footer_crc32 FROM segment WHERE ${condition} ORDER BY id`)
    .all()
    .map((row) => ({ id: Number(row.id), rows: Number(row.rows), footerCrc32: Number(row.footer_crc32) }));
}

function liveMask(rows: number, dead: readonly number[] | undefined): Uint8Array | undefined {
  if (dead === undefined) return undefined;
  const live = new Uint8Array(new SharedArrayBuffer(rows)).fill(1);
  for (const row of dead) live[row] = 0;
  return live;
}

export const countLive = ({ rows, live }: SegmentRecord): number =>
  live === undefined ? rows : live.reduce((sum, flag) => sum + flag, 0);

/** Borrows a segment; it is loaded once per process and given up after its last borrower, since merging replaces it. */
export function borrowSegment(
  resources: Resources,
  folder: string,
  { id, footerCrc32 }: Pick<SegmentRecord, "id" | "footerCrc32">,
): Promise<Lease<Segment>> {
  return resources.acquire(resourceKey("segment", folder, id), {
    load: async () => assertCommitted(new Segment(await loadSegment(id, segmentPath(folder, id))), footerCrc32),
    bytes: ({ data }) => bytesOf(data),
    release: (segment) => segment.close(),
    keep: false,
  });
}

/** A segment file in the place of another is sound in itself. */
function assertCommitted(segment: Segment, footerCrc32: number): Segment {
  const { file } = segment;
  if (file.footerCrc32 === footerCrc32) return segment;
  segment.close();
  throw damagedSegment(file.path, "it is not the file that was committed under this name");
}
