import type { NewRow } from "../segment/build-segment.ts";
import type { DeadRow } from "../store/commit-record.ts";
import { segmentPath } from "../store/database.ts";
import type { Commit } from "./commit.ts";
import type { WriteSession } from "./write-session.ts";

/**
 * Writes a segment of rows, then makes the commit that names it. A crash between the two leaves a file that nothing names.
 * @param dead the rows that these take the place of
 */
export async function storeRows(
  { folder, info, segments, builder }: WriteSession,
  commit: Commit,
  rows: readonly NewRow[],
  dead: readonly DeadRow[],
): Promise<void> {
  if (rows.length > 0) {
    const id = segments.takeId();
    const building = builder.build(segmentPath(folder, id), rows, info.dimensions);
    commit.markDead(dead).addSegment(id);
    // While the segment is built in another thread.
    const [built] = await Promise.allSettled([building, commit.prepare()]);
    if (built.status === "rejected") throw built.reason;
  }
  commit.make();
}
