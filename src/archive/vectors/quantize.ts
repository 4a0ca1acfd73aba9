/** Bytes of the sign code of one vector: whole 64-bit words. */
export const codeBytes = (dimensions: number): number => Math.ceil(dimensions / 64) * 8;

/**
 * Quantises a unit vector: `values[i]` = round(v·127 / max|v|), bit i of `code` = sign. Returns the scale 1/‖values‖, so that
 * scale · dot(values, q) is the cosine between q and the stored vector. A zero vector gives scale 0.
 */
export function quantizeVector(vector: Float32Array, values: Int8Array, code: Uint8Array): number {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  if (!(largest > 0)) return 0;
  let squares = 0;
  for (let index = 0; index < vector.length; index++) {
    const value = Math.round(((vector[index] as number) * 127) / largest);
    values[index] = value;
    squares += value * value;
    if ((vector[index] as number) > 0) code[index >> 3] = (code[index >> 3] as number) | (1 << (index & 7));
  }
  return 1 / Math.sqrt(squares);
}
