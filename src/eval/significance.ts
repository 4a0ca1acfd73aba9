/** Is a difference more than chance? Resampling over queries; the same seed gives the same figures. */

const BOOTSTRAP_ROUNDS = 2_000;
const RANDOMISATION_ROUNDS = 10_000;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** 95 % percentile bootstrap interval of the mean (Efron 1979) over queries drawn with replacement. */
export function bootstrapInterval(values: readonly number[], rounds = BOOTSTRAP_ROUNDS): Interval {
  const random = createRandom(values.length);
  const means = new Float64Array(rounds);
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw++) sum += values[Math.floor(random() * values.length)] ?? 0;
    means[round] = values.length === 0 ? 0 : sum / values.length;
  }
  means.sort();
  const at = (share: number): number => means[Math.min(rounds - 1, Math.floor(share * rounds))] ?? 0;
  return { low: at(0.025), high: at(0.975) };
}

/**
 * Two-sided paired randomisation test (Fisher 1935; Smucker, Allan, Carterette 2007): how often the mean difference would be
 * as large if each query's two scores were swapped by chance. `a` and `b` hold the scores of the same queries in order.
 */
export function pairedRandomisationP(
  a: readonly number[],
  b: readonly number[],
  rounds = RANDOMISATION_ROUNDS,
): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} scores are not pairs`);
  const differences = a.map((value, index) => value - (b[index] ?? 0)).filter((difference) => difference !== 0);
  // Sums in another order differ by rounding; what is equal on paper must count as equal.
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0)) - 1e-9;
  const random = createRandom(a.length);
  let asLarge = 0;
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    for (const difference of differences) sum += random() < 0.5 ? difference : -difference;
    if (Math.abs(sum) >= observed) asLarge++;
  }
  return (asLarge + 1) / (rounds + 1);
}

/** Numbers in [0, 1) from a seed: mulberry32 (Tommy Ettinger, public domain). */
function createRandom(seed: number): () => number {
  let state = (seed ^ 0x5eed5eed) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
