/** Bytes of the sign code of one vector: whole 64-bit words. */
export const codeBytes = (dimensions: number): number => Math.ceil(dimensions / 64) * 8;

/**
 * Quantises a unit vector: `values[i]` = round(v·127 / max|v|), bit i of `code` (bit i mod 8 of byte i / 8) = its sign.
 * Returns the scale 1/‖values‖, so that scale · dot(values, q) is the cosine between q and the stored vector. A vector of
 * zeros, or one that is not finite, gives scale 0 and leaves both targets as they are: without a vector. So that codes tell
 * such rows from others, every vector has at least one bit set: its largest value's, should all be negative.
 *
 * @param code zeroed by the caller, {@link codeBytes} long
 */
export function quantizeVector(vector: Float32Array, values: Int8Array, code: Uint8Array): number {
  let largest = 0;
  let highest = 0;
  for (let index = 0; index < vector.length; index++) {
    const value = vector[index] as number;
    largest = Math.max(largest, Math.abs(value));
    if (value > (vector[highest] as number)) highest = index;
  }
  if (!(largest > 0) || largest === Infinity) return 0;
  let squares = 0;
  for (let index = 0; index < vector.length; index++) {
    const value = Math.round(((vector[index] as number) * 127) / largest);
    values[index] = value;
    squares += value * value;
    if ((vector[index] as number) > 0 || index === highest)
      code[index >> 3] = (code[index >> 3] as number) | (1 << (index & 7));
  }
  return 1 / Math.sqrt(squares);
}
