import { createHash } from "node:crypto";

const ROUNDS = 5;
const HASHED_BYTES = 32 * 2 ** 20;
const NUMBERS = 1 << 20;

/**
 * How fast the machine is at this moment, in ms: a fixed computation in one thread (hashing 32 MiB with SHA-256, sorting a million
 * numbers, adding them up in no order), the fastest of several rounds. Figures of two machines are compared by their ratio to it.
 */
export function measureYardstick(): number {
  const bytes = new Uint8Array(HASHED_BYTES);
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    createHash("sha256").update(bytes).digest();
    const numbers = new Float64Array(NUMBERS);
    let state = 1;
    for (let index = 0; index < NUMBERS; index++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      numbers[index] = state;
    }
    numbers.sort();
    let sum = 0;
    for (let index = 0, at = 0; index < NUMBERS; index++) {
      at = (at + 514_229) & (NUMBERS - 1);
      sum += numbers[at] as number;
    }
    if (!Number.isFinite(sum)) throw new Error("the numbers have no sum");
    least = Math.min(least, performance.now() - startMs);
  }
  return Math.round(least);
}
