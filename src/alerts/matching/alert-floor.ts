import { DEVIATIONS, forSize, measureBackground, type NearBy, type SampledVectors } from "../../search/nearness.ts";

/**
 * Deviations over the archive's background from which an article is told of where meaning alone is followed: more than a search asks for, which shows the nearest
 * first and is looked through, while every alert interrupts somebody. Chosen by `bench/alert-floor.ts`; see docs/ALERTS.md.
 */
const TOLD_BY_MEANING_DEVIATIONS = 6;

/** The cosines from which an article is near to a query that is followed, and from which it matches whatever words it holds. */
export function floorsOf(
  query: Float32Array,
  by: NearBy,
  sample: SampledVectors,
): { readonly near: number; readonly sure: number } {
  const { rows, median, deviation } = measureBackground(query, sample);
  const floorOf = (deviations: number): number => median + forSize(deviations, rows) * deviation;
  if (by === "meaning") {
    const floor = floorOf(TOLD_BY_MEANING_DEVIATIONS);
    return { near: floor, sure: floor };
  }
  const { near, sure } = DEVIATIONS[by];
  return { near: floorOf(near), sure: floorOf(sure) };
}
