import type { DatabaseSync } from "node:sqlite";
import { writeSetting } from "./database.ts";
import { SegmentFile } from "./segment/segment-file.ts";

export interface NewSegment {
  readonly id: number;
  readonly path: string;
  /** Fingerprint of the encoder of its vectors. */
  readonly encoder: string;
  /** The segment it will replace once a reindex is complete; undefined: part of the archive at once. */
  readonly stagedFor?: number;
}

/** Names a finished segment file in the commit record. Call within a transaction. */
export function recordSegment(database: DatabaseSync, segment: NewSegment): void {
  const file = new SegmentFile(segment.path);
  const { bytes, footerCrc32, footer } = file;
  file.close();
  database
    .prepare("INSERT INTO segment (id, encoder, rows, bytes, footer_crc32, staged_for) VALUES (?, ?, ?, ?, ?, ?)")
    .run(segment.id, segment.encoder, footer.rows, bytes, footerCrc32, segment.stagedFor ?? null);
  writeSetting(database, "next_segment", segment.id + 1);
}
