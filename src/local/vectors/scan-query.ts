/**
 * Writes the query as 16-bit numbers and returns by how much a dot product with them is to be multiplied. They are as fine
 * as 16 bits and a 32-bit sum of products with int8 allow: the cosine is then right to about 1e-5.
 */
export function writeQueryIntegers(query: Float32Array, target: Int16Array): number {
  let largest = 0;
  let squares = 0;
  for (let index = 0; index < query.length; index++) {
    const value = query[index] as number;
    largest = Math.max(largest, Math.abs(value));
    squares += value * value;
  }
  if (!(largest > 0)) {
    target.fill(0);
    return 0;
  }
  // Cauchy–Schwarz: no sum exceeds the product of the two norms; the margin covers rounding.
  const largestSum = 0.99 * 2 ** 31;
  const scale = Math.min(32_767 / largest, largestSum / (127 * Math.sqrt(query.length) * Math.sqrt(squares)));
  for (let index = 0; index < query.length; index++) target[index] = Math.round((query[index] as number) * scale);
  return 1 / scale;
}
