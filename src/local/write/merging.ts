import type { Lease } from "../../resources/resources.ts";
import {
  type MergeInput,
  type MergeOptions,
  type MergeResult,
  type MergeSegments,
  mergeSegments,
} from "../segment/merge-segments.ts";
import type { Segment } from "../segment/segment.ts";
import { segmentPath } from "../store/database.ts";
import { countLive, readSegmentRecords, type SegmentRecord } from "../store/segment-set.ts";
import { removeQuietly } from "../store/stray-files.ts";
import type { MergeCandidate } from "./merge-policy.ts";
import type { WriteSession } from "./write-session.ts";

/** Chooses the segments to merge next; none: enough is merged. */
export type MergePolicy = (segments: readonly MergeCandidate[]) => readonly MergeCandidate[];

/** A merge that has been decided on. It holds its inputs open until it is disposed. */
export interface MergePlan extends Disposable {
  /** Id of the segment that the merge will make. */
  readonly id: number;
  readonly path: string;
  readonly records: readonly SegmentRecord[];
  readonly inputs: readonly MergeInput[];
  /** Articles in the inputs, dead rows included. */
  readonly rows: number;
}

/** Decides on the next merge by a policy; undefined when nothing is to be merged. */
export async function planMerge(session: WriteSession, policy: MergePolicy): Promise<MergePlan | undefined> {
  const all = readSegmentRecords(session.database);
  const candidates = all.map((record) => ({ id: record.id, rows: record.rows, liveRows: countLive(record) }));
  const picked = new Set(policy(candidates).map(({ id }) => id));
  const records = all.filter(({ id }) => picked.has(id));
  if (records.length === 0) return undefined;
  using opening = new DisposableStack();
  const inputs: MergeInput[] = [];
  for (const record of records) {
    const lease: Lease<Segment> = opening.use(await session.segments.borrow(record));
    inputs.push({ segment: lease.value, live: record.live });
  }
  const opened = opening.move();
  const id = session.segments.takeId();
  return {
    id,
    path: segmentPath(session.folder, id),
    records,
    inputs,
    rows: records.reduce((sum, { rows }) => sum + rows, 0),
    [Symbol.dispose]: () => opened.dispose(),
  };
}

/** Writes the segment of a plan, as `merge` does it, telling others how far it is. */
export function mergeShown(
  session: WriteSession,
  { path, inputs, rows }: MergePlan,
  merge: MergeSegments,
  { signal }: Pick<MergeOptions, "signal"> = {},
): Promise<MergeResult> {
  return session.showing("merge", (show) =>
    merge(path, inputs, { signal, onProgress: (share) => show(Math.round(share * rows), share) }),
  );
}

/**
 * Puts the merged segment in the place of its inputs. Rows that died meanwhile are dead in it too. When one of the inputs has been
 * merged otherwise meanwhile, the new segment is given up.
 */
export function commitMerge(session: WriteSession, plan: MergePlan, { rows, renumber }: MergeResult): void {
  const { id, path, records } = plan;
  const now = new Map(readSegmentRecords(session.database).map((record) => [record.id, record.live]));
  if (records.some((record) => !now.has(record.id))) {
    removeQuietly(path);
    return;
  }
  const dead = records.flatMap((record, input) =>
    diedSince(record, now.get(record.id)).map((row) => ({ segmentId: id, row: renumber[input]?.[row] as number })),
  );
  // Their files are deleted now, which some systems refuse while they are open.
  plan[Symbol.dispose]();
  const commit = session.commit().forgetSegments(records.map((record) => record.id));
  if (rows > 0) commit.addSegment(id).markDead(dead);
  commit.make();
}

/** Merges the segments that a policy picks, once; false when it picks none. For whoever has the archive for itself meanwhile. */
export async function mergeOnce(
  session: WriteSession,
  policy: MergePolicy,
  merge: (plan: MergePlan) => Promise<MergeResult> = ({ path, inputs }) => mergeSegments(path, inputs),
): Promise<boolean> {
  using plan = await planMerge(session, policy);
  if (plan === undefined) return false;
  commitMerge(session, plan, await merge(plan));
  return true;
}

/** Rows of a segment that were live in the record and are not now. */
function diedSince({ rows, live }: SegmentRecord, now: Uint8Array | undefined): number[] {
  if (now === undefined) return [];
  return Array.from({ length: rows }, (_, row) => row).filter((row) => live?.[row] !== 0 && now[row] === 0);
}
