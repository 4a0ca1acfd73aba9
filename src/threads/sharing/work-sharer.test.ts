import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { MessageChannel, Worker } from "node:worker_threads";
import type { SharingWorkerData, Square, SquareTask, ToSharingWorker } from "../../../test/fakes/sharing-worker.ts";
import { SharingBoard } from "./sharing-board.ts";

const file = new URL("../../../test/fakes/sharing-worker.ts", import.meta.url);

/** Two threads that know each other: the work is the first one's. */
function startTwo(t: TestContext) {
  const board = SharingBoard.for(2);
  const steps = new Int32Array(new SharedArrayBuffer(16));
  const over = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const workers = ["owner", "helper"].map(
    (name) => new Worker(file, { workerData: { name, steps } satisfies SharingWorkerData }),
  );
  for (const [seat, worker] of workers.entries()) {
    const port = [port1, port2][seat] ?? assert.fail();
    const message: ToSharingWorker = {
      kind: "meet",
      seat: { seat, board: board.buffer },
      link: { seat: 1 - seat, port, over },
    };
    worker.postMessage(message, [port]);
    worker.on("exit", () => {
      Atomics.store(over, 0, 1);
      board.ring(1 - seat);
    });
    t.after(() => worker.terminate());
  }
  const [owner = assert.fail(), helper = assert.fail()] = workers;
  const share = async (task: SquareTask) => {
    owner.postMessage({ kind: "share", task } satisfies ToSharingWorker);
    const [answer] = await once(owner, "message");
    return answer as { readonly squares?: readonly Square[]; readonly sharableMs?: number; readonly error?: string };
  };
  return { board, steps, owner, helper, share };
}

const SQUARES = [0, 1, 4, 9, 16, 25];
const task: SquareTask = { count: 6, atFirst: "square" };
const squaresOf = ({ squares = [] }: { readonly squares?: readonly Square[] }): number[] =>
  squares.map(({ square }) => square);
const helped = ({ squares = [] }: { readonly squares?: readonly Square[] }): number =>
  squares.filter(({ by }) => by === "helper").length;

test("who is free takes parts from the back, and what comes of all is taken in order", async (t) => {
  const { board, share } = startTwo(t);
  board.setFree(1, true);
  for (let round = 0; round < 20; round++) {
    const answer = await share(task);
    assert.deepEqual(squaresOf(answer), SQUARES);
    assert.ok(helped(answer) > 0, `round ${round}`);
    assert.equal(answer.squares?.at(-1)?.by, "helper");
    assert.equal(answer.sharableMs, 6);
  }
});

test("who is busy is not asked, and what is short, or of one part, is not shared", async (t) => {
  const { board, steps, share } = startTwo(t);
  assert.deepEqual(squaresOf(await share(task)), SQUARES);
  board.setFree(1, true);
  assert.equal((await share({ ...task, count: 1 })).sharableMs, 0);
  assert.deepEqual(await share({ ...task, count: 0 }), { squares: [], sharableMs: 0 });
  assert.equal(Atomics.load(steps, 0), 0);
});

test("who has work of its own meanwhile takes no other part", async (t) => {
  const { board, steps, share } = startTwo(t);
  board.setFree(1, true);
  const answer = share({ ...task, count: 200, atFirst: "wait" });
  while (Atomics.load(steps, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  board.setFree(1, false);
  Atomics.store(steps, 1, 1);
  Atomics.notify(steps, 1);
  assert.equal(helped(await answer), 1);
  assert.equal((await answer).squares?.length, 200);
});

test("what fails there is done here, and so is the work of one that cannot", async (t) => {
  const { board, steps, share } = startTwo(t);
  board.setFree(1, true);
  const failed = await share({ ...task, atFirst: "fail" });
  assert.deepEqual([squaresOf(failed), helped(failed)], [SQUARES, 0]);
  assert.equal(Atomics.load(steps, 0), 1, "it was tried");
  assert.deepEqual(squaresOf(await share({ ...task, count: 7 })), [...SQUARES, 36]);
  assert.ok(helped(await share(task)) > 0, "and it helps again");
});

test("one that ends while it helps costs nothing but its help", async (t) => {
  const { board, steps, share } = startTwo(t);
  board.setFree(1, true);
  const answer = await share({ ...task, atFirst: "end" });
  assert.deepEqual([squaresOf(answer), helped(answer), Atomics.load(steps, 0)], [SQUARES, 0, 1]);
  assert.deepEqual(squaresOf(await share(task)), SQUARES, "it is not asked again");
});

test("who helps again and again hears what else it is told meanwhile", async (t) => {
  const { board, steps, owner, helper } = startTwo(t);
  board.setFree(1, true);
  owner.postMessage({ kind: "share-on", task } satisfies ToSharingWorker);
  const answer = once(owner, "message");
  while (Atomics.load(steps, 0) < 3 * task.count) await new Promise((resolve) => setTimeout(resolve, 1));
  helper.postMessage({ kind: "hear" } satisfies ToSharingWorker);
  const [last] = await answer;
  assert.ok(last.wasHeard);
  assert.deepEqual(squaresOf(last), SQUARES);
});

test("an error is that of the thread whose work it is, and nothing of it is left over", async (t) => {
  const { board, steps, share } = startTwo(t);
  board.setFree(1, true);
  const failing = share({ ...task, count: 500, atFirst: "wait", failsAt: 1 });
  while (Atomics.load(steps, 2) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  Atomics.store(steps, 1, 1);
  Atomics.notify(steps, 1);
  assert.equal((await failing).error, "Error: part 1");
  const answer = await share(task);
  assert.deepEqual(squaresOf(answer), SQUARES);
  assert.ok(helped(answer) > 0);
});

test("threads that know each other end when they are told to", async (t) => {
  const { owner, helper, share, board } = startTwo(t);
  board.setFree(1, true);
  await share(task);
  const ends = [owner, helper].map((worker) => once(worker, "exit"));
  for (const worker of [owner, helper]) worker.postMessage({ kind: "close" } satisfies ToSharingWorker);
  assert.deepEqual(
    (await Promise.all(ends)).map(([code]) => code),
    [0, 0],
  );
});
