/** What is known of one hit of a list. */
export interface Ranked {
  /** The engine's, by which the list is sorted. */
  readonly score: number;
  /** The re-ranker's; undefined where it did not read the hit, which then keeps its place. */
  readonly answers: number | undefined;
}

/**
 * The order of a list after a re-ranker: for each place, the index of the hit that stands there. Both scores are measured from their mean
 * in units of their deviation, among the hits that were read, and added; hits that were not read keep their places, equals their
 * order.
 * @param weight of the re-ranker, 0–1; the rest is the engine's
 */
export function mixRanks(list: readonly Ranked[], weight: number): number[] {
  const places = list.flatMap(({ answers }, index) => (answers === undefined ? [] : [index]));
  const engine = toDeviations(places.map((place) => list[place]?.score ?? 0));
  const model = toDeviations(places.map((place) => list[place]?.answers ?? 0));
  const mixed = places.map((place, index) => ({
    place,
    score: (1 - weight) * (engine[index] ?? 0) + weight * (model[index] ?? 0),
  }));
  // Stable: equals stay as they were.
  mixed.sort((a, b) => b.score - a.score);
  const order = list.map((_, index) => index);
  places.forEach((place, index) => {
    order[place] = mixed[index]?.place ?? place;
  });
  return order;
}

/** Values from their mean, in standard deviations; all 0 where they are equal. */
function toDeviations(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
}
