import { MessageChannel, type MessagePort } from "node:worker_threads";
import { SharingBoard } from "../../threads/sharing/sharing-board.ts";
import type { PoolSnapshot } from "./job.ts";
import type { Slot } from "./slot.ts";

/**
 * Lets the threads of a pool share searches: makes each known to the others, tells them who is free, and that one has ended. What they share
 * is none of its business.
 */
export class Companions {
  /** The seat of each on the board is its index. */
  readonly #slots: readonly Slot[];
  readonly #board: SharingBoard;
  /** For each slot the ways between its thread and others. */
  readonly #ways = new Map<Slot, Map<Slot, Int32Array<SharedArrayBuffer>>>();

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
    this.#board = SharingBoard.for(slots.length);
  }

  /** Makes a thread that is ready and those that were so before it known to each other. */
  introduce(slot: Slot): void {
    for (const other of this.#slots) {
      if (other === slot || !other.isReady || other.isEnding) continue;
      const { port1, port2 } = new MessageChannel();
      const over = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      this.#tell(slot, other, { port: port1, over });
      this.#tell(other, slot, { port: port2, over });
    }
  }

  /** Lets the threads that may help know what is searched. */
  learn(snapshot: PoolSnapshot): void {
    for (const slot of this.#slots) if (slot.thread !== undefined && isIdle(slot)) slot.learn(snapshot, slot.thread);
  }

  /** @param most threads that may have something to do at the same time */
  tellWhoIsFree(most: number): void {
    let left = most - this.#slots.filter(({ job }) => job !== undefined).length;
    for (const [seat, slot] of this.#slots.entries()) this.#board.setFree(seat, isIdle(slot) && left-- > 0);
  }

  /** Those that have nothing to do are needed, as helpers; returns how many they are. */
  stayAwake(): number {
    const idle = this.#slots.filter(isIdle);
    for (const slot of idle) slot.startedAt = performance.now();
    return idle.length;
  }

  /** A thread has ended: none of the others waits for it any longer. */
  leave(slot: Slot): void {
    this.#board.setFree(this.#slots.indexOf(slot), false);
    for (const [other, over] of this.#ways.get(slot) ?? []) {
      Atomics.store(over, 0, 1);
      this.#board.ring(this.#slots.indexOf(other));
      this.#ways.get(other)?.delete(slot);
    }
    this.#ways.delete(slot);
  }

  #tell(
    slot: Slot,
    other: Slot,
    { port, over }: { readonly port: MessagePort; readonly over: Int32Array<SharedArrayBuffer> },
  ): void {
    const ways = this.#ways.get(slot) ?? new Map<Slot, Int32Array<SharedArrayBuffer>>();
    this.#ways.set(slot, ways.set(other, over));
    const [seat, otherSeat] = [slot, other].map((one) => this.#slots.indexOf(one)) as [number, number];
    slot.thread?.post(
      { kind: "meet", seat: { seat, board: this.#board.buffer }, link: { seat: otherSeat, port, over } },
      [port],
    );
  }
}

/** Whether a thread is there and has nothing to do. */
const isIdle = ({ isReady, isEnding, isStale, job }: Slot): boolean =>
  isReady && !isEnding && !isStale && job === undefined;
