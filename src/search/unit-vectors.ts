/** Arithmetic of unit vectors and of their cosines. */

export function dotProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

/** The weighted mean of unit vectors, made unit length. */
export function meanVector(parts: readonly { readonly vector: Float32Array; readonly weight: number }[]): Float32Array {
  const mean = new Float32Array(parts[0]?.vector.length ?? 0);
  for (const { vector, weight } of parts)
    for (let index = 0; index < mean.length; index++)
      mean[index] = (mean[index] as number) + weight * (vector[index] as number);
  const norm = Math.sqrt(dotProduct(mean, mean)) || 1;
  for (let index = 0; index < mean.length; index++) mean[index] = (mean[index] as number) / norm;
  return mean;
}

/** Median and deviation of some cosines, at least one. */
export function spreadOf(cosines: readonly number[]): { readonly median: number; readonly deviation: number } {
  const median = medianOf(cosines);
  // 1.4826 times the median distance from the median is the standard deviation of a normal distribution.
  const distances = new Float64Array(cosines.length);
  for (let index = 0; index < cosines.length; index++) distances[index] = Math.abs((cosines[index] as number) - median);
  return { median, deviation: 1.4826 * medianOf(distances) };
}

/** 0 of none. */
export function medianOf(numbers: ArrayLike<number>): number {
  // Sorted by the engine itself, several times as fast as with a function that compares.
  const sorted = new Float64Array(numbers).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
