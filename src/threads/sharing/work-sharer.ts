/**
 * One thread's work done by several, synchronously: who has work in parts invites the threads that are free, does parts from the front and
 * waits for nobody but those who have taken one. A thread that is busy, or ends, or fails at a part, costs nothing but its help.
 *
 *     share(work) ── invite ──►  free?  ── takes the last part, and again ──► results
 *       takes the first part, and again ─── none is left: what has been taken comes back ◄─┘
 */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { MAX_PARTS, PartsLedger } from "./parts-ledger.ts";
import { SharingBoard } from "./sharing-board.ts";

/** Work in parts, which are done in any order and taken in theirs. */
export interface SharedWork<Data, Part, Result> {
  readonly count: number;
  /** About how many milliseconds all of it takes one thread. */
  readonly costMs: number;
  /** What another thread needs to know to do parts of it: plain data. Asked for when there is another thread. */
  readonly describe: () => Data;
  /** Does a part here; what comes of it need be valid until the next part alone. */
  readonly doPart: (index: number) => Result;
  /** Makes of what another thread has posted what {@link doPart} would have returned. */
  readonly receive: (part: Part, index: number) => Result;
  /** Is given what came of each part, in order. */
  readonly take: (result: Result, index: number) => void;
}

/** Where work can be shared. */
export interface Sharing<Data> {
  share<Part, Result>(work: SharedWork<Data, Part, Result>): void;
}

/** What a helper has made of a part: plain data, and buffers in it that it has no more use for. */
export interface DonePart {
  readonly part: unknown;
  readonly buffers?: readonly ArrayBuffer[];
}

/** Does parts of what another thread described. */
export type PartDoer = (index: number) => DonePart;

/** A way to another thread, as a thread is told of it. */
export interface SharingLink {
  /** Of the other one on the board. */
  readonly seat: number;
  readonly port: MessagePort;
  /** One number, in memory that both share: 1 when the other one has ended. */
  readonly over: Int32Array<SharedArrayBuffer>;
}

/** A thread's place among others. */
export interface Seat {
  readonly seat: number;
  /** Of {@link SharingBoard}. */
  readonly board: SharedArrayBuffer;
}

/** What takes one thread less is not done sooner by two: another has heard of it after .1 to .6 ms, and what it did is to be handed over. */
const LEAST_MS = 2;

/** How long a thread that has helped stays at hand; it hears at once when it has work of its own. */
const AT_HAND_MS = 5;
/** How long it hears nothing else, however much it helps. */
const MAX_ATTENDING_MS = 50;

type Message<Data> = Invitation<Data> | { readonly kind: "parts"; readonly parts: readonly IndexedPart[] };

type IndexedPart = readonly [index: number, part: unknown];

interface Invitation<Data> {
  readonly kind: "invitation";
  readonly ledger: Int32Array<SharedArrayBuffer>;
  /** Its number among the helpers of the ledger. */
  readonly helper: number;
  readonly data: Data;
}

function doAlone<Data, Part, Result>({ count, doPart, take }: SharedWork<Data, Part, Result>): void {
  for (let index = 0; index < count; index++) take(doPart(index), index);
}

/** Nobody helps. */
export const ALONE: Sharing<unknown> = { share: doAlone };

/** One thread's end of the sharing. */
export class WorkSharer<Data> implements Sharing<Data> {
  readonly #prepare: (data: Data) => PartDoer | undefined;
  readonly #leastMs: number;
  readonly #links = new Map<number, SharingLink>();
  /** Its own, once it has met another. */
  #seat = -1;
  #board = SharingBoard.for(0);
  #sharableMs = 0;

  /**
   * @param prepare makes what does parts of another thread's work; undefined where this thread cannot
   * @param leastMs work that takes one thread less is not shared
   */
  constructor(prepare: (data: Data) => PartDoer | undefined, leastMs = LEAST_MS) {
    this.#prepare = prepare;
    this.#leastMs = leastMs;
  }

  /** Learns of another thread, in place of the one that sat there before. */
  meet({ seat, board }: Seat, link: SharingLink): void {
    if (this.#seat !== seat) this.#board = new SharingBoard(board);
    this.#seat = seat;
    this.#links.get(link.seat)?.port.close();
    this.#links.set(link.seat, link);
    link.port.on("message", (message: Message<Data>) => {
      if (message.kind === "invitation") this.#attend(link, message);
    });
    link.port.unref();
  }

  /** About how many milliseconds of work there were to share since this was asked last, whoever did them. */
  takeSharableMs(): number {
    const sharableMs = this.#sharableMs;
    this.#sharableMs = 0;
    return sharableMs;
  }

  share<Part, Result>(work: SharedWork<Data, Part, Result>): void {
    const isSharable = work.count > 1 && work.count <= MAX_PARTS && work.costMs >= this.#leastMs;
    if (isSharable) this.#sharableMs += work.costMs;
    const helpers = isSharable ? this.#whoIsFree().slice(0, work.count - 1) : [];
    if (helpers.length === 0) doAlone(work);
    else this.#shareWith(helpers, work);
  }

  /** Lets go of the others, so that the thread can end. */
  close(): void {
    for (const { port } of this.#links.values()) port.close();
    this.#links.clear();
  }

  #shareWith<Part, Result>(helpers: readonly SharingLink[], work: SharedWork<Data, Part, Result>): void {
    const ledger = PartsLedger.of(work.count, helpers.length);
    const data = work.describe();
    for (const [helper, { port, seat }] of helpers.entries()) {
      port.postMessage({ kind: "invitation", ledger: ledger.cells, helper, data } satisfies Message<Data>);
      this.#board.ring(seat);
    }
    const parts = new Map<number, unknown>();
    let done = 0;
    try {
      for (let index = ledger.takeFirst(); index >= 0; index = ledger.takeFirst()) {
        work.take(work.doPart(index), index);
        done = index + 1;
      }
    } finally {
      ledger.stop();
      for (const [helper, link] of helpers.entries())
        for (const [index, part] of this.#collect(ledger, helper, link)) parts.set(index, part);
    }
    for (let index = done; index < work.count; index++) {
      // What failed there is done here, and fails where it is looked for.
      const result = parts.has(index) ? work.receive(parts.get(index) as Part, index) : work.doPart(index);
      work.take(result, index);
    }
  }

  #whoIsFree(): SharingLink[] {
    return [...this.#links.values()].filter(({ seat, over }) => this.#board.isFree(seat) && !isOver(over));
  }

  /** Waits for a helper that has begun; returns what it did. */
  #collect(ledger: PartsLedger, helper: number, { port, over }: SharingLink): readonly IndexedPart[] {
    if (ledger.withdraw(helper)) return [];
    for (;;) {
      const heard = this.#board.rings(this.#seat);
      if (ledger.isFinished(helper) || isOver(over)) break;
      this.#board.waitForRing(this.#seat, heard);
    }
    // What the other one has asked for meanwhile has come too late, and it knows.
    return receive<Data, "parts">(port, "parts")?.parts ?? [];
  }

  /** Helps, and stays at hand for a moment: more parts mostly follow, and the bell is heard sooner than a message. */
  #attend(link: SharingLink, first: Invitation<Data>): void {
    const until = performance.now() + MAX_ATTENDING_MS;
    let invitation: Invitation<Data> | undefined = first;
    while (invitation !== undefined && this.#help(link, invitation) && performance.now() < until)
      invitation = this.#waitForInvitation(link);
  }

  /** False where this thread cannot, or has come too late. */
  #help({ seat, port, over }: SharingLink, { ledger: cells, helper, data }: Invitation<Data>): boolean {
    const doPart = this.#isAsked() ? undefined : this.#prepareSafely(data);
    const ledger = new PartsLedger(cells);
    if (doPart === undefined || !ledger.begin(helper)) return false;
    const parts: IndexedPart[] = [];
    const buffers: ArrayBuffer[] = [];
    try {
      while (!this.#isAsked() && !isOver(over)) {
        const index = ledger.takeLast();
        if (index < 0) break;
        const done = doPart(index);
        parts.push([index, done.part]);
        buffers.push(...(done.buffers ?? []));
      }
    } catch {
      // Whose work it is does the part again, and says what is wrong.
    }
    try {
      port.postMessage({ kind: "parts", parts } satisfies Message<Data>, buffers);
    } finally {
      ledger.finish(helper);
      this.#board.ring(seat);
    }
    return true;
  }

  #waitForInvitation({ port, over }: SharingLink): Invitation<Data> | undefined {
    const until = performance.now() + AT_HAND_MS;
    for (;;) {
      const heard = this.#board.rings(this.#seat);
      if (this.#isAsked() || isOver(over)) return undefined;
      const left = until - performance.now();
      const invitation = receive<Data, "invitation">(port, "invitation");
      if (invitation !== undefined || left <= 0) return invitation;
      this.#board.waitForRing(this.#seat, heard, left);
    }
  }

  #prepareSafely(data: Data): PartDoer | undefined {
    try {
      return this.#prepare(data);
    } catch {
      return undefined;
    }
  }

  /** Whether this thread has work of its own by now. */
  #isAsked(): boolean {
    return !this.#board.isFree(this.#seat);
  }
}

const isOver = (over: Int32Array): boolean => Atomics.load(over, 0) === 1;

/** The next message of a kind that has arrived; those before it are dropped. */
function receive<Data, Kind extends Message<Data>["kind"]>(
  port: MessagePort,
  kind: Kind,
): Extract<Message<Data>, { readonly kind: Kind }> | undefined {
  for (;;) {
    const received = receiveMessageOnPort(port) as { readonly message: Message<Data> } | undefined;
    if (received === undefined) return undefined;
    if (received.message.kind === kind) return received.message as Extract<Message<Data>, { readonly kind: Kind }>;
  }
}
