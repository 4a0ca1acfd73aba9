/** A copy in memory of its own, which is put among the buffers that go to another thread with it. */
export function compact<Numbers extends Uint32Array | Float32Array>(numbers: Numbers, buffers: ArrayBuffer[]): Numbers {
  const copy = numbers.slice() as Numbers & { readonly buffer: ArrayBuffer };
  buffers.push(copy.buffer);
  return copy;
}
