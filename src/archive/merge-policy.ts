/** Segments of about the same size are merged once there are this many, so that an article is rewritten log₈(n) times. */
const FAN_IN = 8;
const SMALLEST_TIER_ROWS = 512;
/** A segment with a larger share of dead rows is rewritten when the archive is compacted. */
const DEAD_SHARE = 0.25;
/** An archive of at most this many articles is compacted into one segment: that takes seconds. */
const ONE_SEGMENT_ROWS = 65_536;

export interface MergeCandidate {
  readonly id: number;
  readonly rows: number;
  readonly liveRows: number;
}

const tier = ({ liveRows }: MergeCandidate): number =>
  Math.max(0, Math.floor(Math.log(Math.max(1, liveRows) / SMALLEST_TIER_ROWS) / Math.log(FAN_IN)) + 1);

/**
 * The segments to merge after a write, or none: the lowest tier that is full, of those that hold at most `maxRows` together.
 */
export function pickTier(
  segments: readonly MergeCandidate[],
  maxRows = Number.POSITIVE_INFINITY,
): readonly MergeCandidate[] {
  const tiers = new Map<number, MergeCandidate[]>();
  for (const segment of segments) tiers.set(tier(segment), [...(tiers.get(tier(segment)) ?? []), segment]);
  const full = [...tiers]
    .filter(([, members]) => members.length >= FAN_IN && members.reduce((sum, { rows }) => sum + rows, 0) <= maxRows)
    .sort(([a], [b]) => a - b);
  return full[0]?.[1] ?? [];
}

/** The segments to merge so that few are left: all that are small beside the whole, or full of dead rows. */
export function pickForCompaction(segments: readonly MergeCandidate[]): readonly MergeCandidate[] {
  const total = segments.reduce((sum, { liveRows }) => sum + liveRows, 0);
  const small = segments.filter(({ liveRows }) => total <= ONE_SEGMENT_ROWS || liveRows * FAN_IN < total);
  const wasteful = segments.filter(
    (segment) => !small.includes(segment) && segment.rows - segment.liveRows > segment.rows * DEAD_SHARE,
  );
  const picked = [...small, ...wasteful];
  return picked.length > 1 || wasteful.length > 0 ? picked : [];
}
