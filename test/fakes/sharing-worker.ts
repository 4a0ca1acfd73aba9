/** A thread that shares work: it squares numbers, and says who did. */
import { parentPort, workerData } from "node:worker_threads";
import type { DonePart } from "../../src/threads/sharing/work-sharer.ts";
import { type Seat, type SharingLink, WorkSharer } from "../../src/threads/sharing/work-sharer.ts";

export interface SquareTask {
  readonly count: number;
  /** What the helper does at its first part. */
  readonly atFirst: "square" | "fail" | "end" | "wait";
  /** The thread whose work it is fails at this part. */
  readonly failsAt?: number;
}

/** Whose square it is. */
export interface Square {
  readonly by: string;
  readonly square: number;
}

export type ToSharingWorker =
  | { readonly kind: "meet"; readonly seat: Seat; readonly link: SharingLink }
  | { readonly kind: "share"; readonly task: SquareTask }
  /** Shares the work again and again until the other thread has heard something else, for some seconds at most. */
  | { readonly kind: "share-on"; readonly task: SquareTask }
  | { readonly kind: "hear" }
  | { readonly kind: "close" };

/**
 * `steps[0]`: parts that helpers have begun; `steps[1]`: 1 lets them that wait go on; `steps[2]`: 1 when the owner has failed; `steps[3]`: 1 when
 * a thread has heard what it was told beside its help.
 */
export interface SharingWorkerData {
  readonly name: string;
  readonly steps: Int32Array<SharedArrayBuffer>;
}

const { name, steps } = workerData as SharingWorkerData;
const port = parentPort;
if (port === null) throw new Error("sharing-worker.ts runs as a worker");

const squareOf = (index: number): Square => ({ by: name, square: index * index });

function help(task: SquareTask, index: number): DonePart {
  Atomics.add(steps, 0, 1);
  Atomics.notify(steps, 0);
  if (task.atFirst === "fail") throw new Error("no");
  if (task.atFirst === "end") process.exit(0);
  if (task.atFirst === "wait") Atomics.wait(steps, 1, 0);
  const buffer = Float64Array.of(index * index).buffer;
  return { part: { by: name, buffer }, buffers: [buffer] };
}

const sharer = new WorkSharer<SquareTask>((task) => (task.count === 7 ? undefined : (index) => help(task, index)), 1);

function share(task: SquareTask): object {
  const squares: Square[] = [];
  const before = Atomics.load(steps, 0);
  try {
    sharer.share<{ readonly by: string; readonly buffer: ArrayBuffer }, Square>({
      count: task.count,
      costMs: task.count,
      describe: () => task,
      doPart: (index) => {
        // So that there is time to help: until a helper has begun, where one may.
        if (index === 0) Atomics.wait(steps, 0, before, 1_000);
        if (index === task.failsAt) {
          Atomics.store(steps, 2, 1);
          throw new Error(`part ${index}`);
        }
        return squareOf(index);
      },
      receive: ({ by, buffer }) => ({ by, square: new Float64Array(buffer)[0] ?? -1 }),
      take: (square) => squares.push(square),
    });
    return { squares, sharableMs: sharer.takeSharableMs() };
  } catch (error) {
    return { error: String(error) };
  }
}

const HEARD_WITHIN_MS = 5_000;

function shareOn(task: SquareTask): object {
  const until = performance.now() + HEARD_WITHIN_MS;
  for (;;) {
    const answer = share(task);
    const wasHeard = Atomics.load(steps, 3) === 1;
    if (wasHeard || performance.now() > until) return { ...answer, wasHeard };
  }
}

port.on("message", (message: ToSharingWorker) => {
  if (message.kind === "meet") sharer.meet(message.seat, message.link);
  else if (message.kind === "hear") Atomics.store(steps, 3, 1);
  else if (message.kind === "share-on") port.postMessage(shareOn(message.task));
  else if (message.kind === "share") port.postMessage(share(message.task));
  else {
    sharer.close();
    port.close();
  }
});
