/** Where a place stands, or would, among ascending ones. */
export function lowerIndexOf(places: Uint32Array, place: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a place is among ascending ones. */
export const isAmong = (places: Uint32Array, place: number): boolean => places[lowerIndexOf(places, place)] === place;
