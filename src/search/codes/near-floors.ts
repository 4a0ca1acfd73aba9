import { DEVIATIONS, forSize, type NearBy } from "../nearness.ts";
import { spreadOf } from "../unit-vectors.ts";

/** Scores of codes from which an article is near, and from which it is so whatever words it holds. */
export interface NearFloors {
  readonly floor: number;
  readonly sureScore: number;
}

/** No code scores more. */
const MAX_CODE_SCORE = 32_767;

/**
 * From which score of its code on an article is near, measured on what the codes of a sample score in an archive of so many rows, as a
 * background of cosines is. A scan tells the score of every row, so that what is near depends on article and query alone.
 */
export function toNearFloors(sampleScores: readonly number[], rows: number, by: NearBy): NearFloors {
  if (sampleScores.length === 0) return { floor: MAX_CODE_SCORE, sureScore: MAX_CODE_SCORE };
  const { median, deviation } = spreadOf(sampleScores);
  const scoreAt = (deviations: number): number =>
    Math.min(MAX_CODE_SCORE, Math.ceil(median + forSize(deviations, rows) * deviation));
  return { floor: scoreAt(DEVIATIONS[by].near), sureScore: scoreAt(DEVIATIONS[by].sure) };
}
