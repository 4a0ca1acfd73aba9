import { buildSegment, type NewRow } from "../segment/build-segment.ts";
import type { DeadRow } from "../store/commit-record.ts";
import { segmentPath } from "../store/database.ts";
import type { Commit } from "./commit.ts";
import type { WriteSession } from "./write-session.ts";

/**
 * Writes a segment of rows, then makes the commit that names it. A crash between the two leaves a file that nothing names.
 * @param dead the rows that these take the place of
 */
export function storeRows(
  session: WriteSession,
  commit: Commit,
  rows: readonly NewRow[],
  dead: readonly DeadRow[],
): void {
  if (rows.length > 0) {
    const id = session.segments.takeId();
    buildSegment(segmentPath(session.folder, id), rows, session.info.dimensions);
    commit.markDead(dead).addSegment(id);
  }
  commit.make();
}
