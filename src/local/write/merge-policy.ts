/** Segments of about the same size are merged once there are this many, so that an article is rewritten log₈(n) times. */
const FAN_IN = 8;
const SMALLEST_TIER_ROWS = 512;
/**
 * No merge makes a segment of more rows: it takes seconds and holds 10 MB, and a server that follows it has old and new in memory
 * for a moment, 7 MB of each.
 */
export const LARGEST_MERGED_ROWS = 131_072;
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

/** Whether any two such segments may become one. */
const isMergeable = ({ liveRows }: MergeCandidate): boolean => liveRows * 2 <= LARGEST_MERGED_ROWS;

/** The segments to merge after a write, or none: of the lowest tier that is full, as many as may become one. */
export function pickTier(segments: readonly MergeCandidate[]): readonly MergeCandidate[] {
  const tiers = new Map<number, MergeCandidate[]>();
  for (const segment of segments.filter(isMergeable))
    tiers.set(tier(segment), [...(tiers.get(tier(segment)) ?? []), segment]);
  const full = [...tiers].filter(([, members]) => members.length >= FAN_IN).sort(([a], [b]) => a - b);
  return takeFitting(full[0]?.[1] ?? []);
}

/**
 * Segments to merge so that few are left, or none: those that are small beside the whole, or full of dead rows. To be asked again
 * after each merge.
 */
export function pickForCompaction(segments: readonly MergeCandidate[]): readonly MergeCandidate[] {
  const total = segments.reduce((sum, { liveRows }) => sum + liveRows, 0);
  const wasteful = segments.filter(({ rows, liveRows }) => rows - liveRows > rows * DEAD_SHARE);
  const small = segments.filter(
    (segment) =>
      !wasteful.includes(segment) &&
      isMergeable(segment) &&
      (total <= ONE_SEGMENT_ROWS || segment.liveRows * FAN_IN < total),
  );
  const picked = takeFitting([...wasteful, ...small]);
  return picked.length > 1 || wasteful.length > 0 ? picked : [];
}

/** The first, and of the others in their order what fits beside it. */
function takeFitting(segments: readonly MergeCandidate[]): readonly MergeCandidate[] {
  let rows = 0;
  return segments.filter(({ liveRows }, index) => {
    const fits = index === 0 || rows + liveRows <= LARGEST_MERGED_ROWS;
    if (fits) rows += liveRows;
    return fits;
  });
}
