/**
 * A copy of the first `length` values at Euclidean norm 1; undefined where they are all 0 or not all numbers, so that there
 * is nothing to point with.
 */
export function toUnit(values: Float32Array | Float64Array, length = values.length): Float32Array | undefined {
  let squares = 0;
  for (let index = 0; index < length; index++) squares += (values[index] ?? 0) ** 2;
  if (!(squares > 0) || squares === Infinity) return undefined;
  const factor = 1 / Math.sqrt(squares);
  const unit = new Float32Array(length);
  for (let index = 0; index < length; index++) unit[index] = (values[index] ?? 0) * factor;
  return unit;
}
