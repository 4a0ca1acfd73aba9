import { firstAtLeast } from "../../collections/partition-point.ts";

/** Whether a place is among ascending ones. */
export const isAmong = (places: Uint32Array, place: number): boolean => places[firstAtLeast(places, place)] === place;
