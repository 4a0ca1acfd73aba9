/** Which of some threads have nothing to do, and a bell for each of them: in memory that all of them share. */
export class SharingBoard {
  readonly buffer: SharedArrayBuffer;
  readonly #free: Int32Array<SharedArrayBuffer>;
  readonly #bells: Int32Array<SharedArrayBuffer>;

  /** @param buffer that of a board of another thread */
  constructor(buffer: SharedArrayBuffer) {
    const seats = buffer.byteLength / (2 * Int32Array.BYTES_PER_ELEMENT);
    this.buffer = buffer;
    this.#free = new Int32Array(buffer, 0, seats);
    this.#bells = new Int32Array(buffer, seats * Int32Array.BYTES_PER_ELEMENT, seats);
  }

  /** A board on which nobody is free. */
  static for(seats: number): SharingBoard {
    return new SharingBoard(new SharedArrayBuffer(2 * seats * Int32Array.BYTES_PER_ELEMENT));
  }

  /** Who is free no longer hears it. */
  setFree(seat: number, isFree: boolean): void {
    if (Atomics.exchange(this.#free, seat, isFree ? 1 : 0) === 1 && !isFree) this.ring(seat);
  }

  isFree(seat: number): boolean {
    return Atomics.load(this.#free, seat) === 1;
  }

  /** How often a bell has rung. */
  rings(seat: number): number {
    return Atomics.load(this.#bells, seat);
  }

  ring(seat: number): void {
    Atomics.add(this.#bells, seat, 1);
    Atomics.notify(this.#bells, seat);
  }

  /** Blocks this thread until a bell has rung more often than `heard`, or so many milliseconds have passed. */
  waitForRing(seat: number, heard: number, mostMs?: number): void {
    Atomics.wait(this.#bells, seat, heard, mostMs);
  }
}
