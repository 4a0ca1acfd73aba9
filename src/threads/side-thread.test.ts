import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { AppError } from "../errors.ts";
import type { Answer } from "./answer.ts";
import { SideThread } from "./side-thread.ts";
import type { ThreadEvents } from "./start-thread.ts";

function createFakes(options: { maxWaiting?: number; idleMs?: number; admit?: () => void } = {}) {
  const threads: (ThreadEvents<Answer<unknown>> & { readonly tasks: string[]; isOver: boolean })[] = [];
  const side = new SideThread<string>({
    maxWaiting: 10,
    idleMs: 10_000,
    ...options,
    start: (events) => {
      const thread = { ...events, tasks: [] as string[], isOver: false };
      threads.push(thread);
      return {
        post: (task) => void thread.tasks.push(task),
        terminate: async () => {
          thread.isOver = true;
          events.onEnd(undefined);
        },
      };
    },
  });
  const done = (index: number, value: unknown) => threads[index]?.onMessage({ kind: "done", value });
  return { side, threads, done };
}

test("a task that would start the thread where there is no room for it is refused; one for a thread that runs is not", async () => {
  let isFull = true;
  const admit = () => {
    if (isFull) throw new AppError("unavailable", "no room");
  };
  const { side, threads, done } = createFakes({ admit });
  await assert.rejects(side.run("refused"), /no room/);
  assert.equal(threads.length, 0);
  isFull = false;
  const first = side.run("first");
  isFull = true;
  const second = side.run("second");
  done(0, "a");
  done(0, "b");
  assert.deepEqual(await Promise.all([first, second]), ["a", "b"]);
});

test("one task at a time, in turn by client", async () => {
  const { side, threads, done } = createFakes();
  const greedy = [1, 2, 3].map((number) => side.run(`greedy ${number}`, { client: "greedy" }));
  await nextTurn();
  const polite = side.run("polite", { client: "polite" });
  await nextTurn();
  await wait(2);
  done(0, "a");
  await nextTurn();
  assert.deepEqual(threads[0]?.tasks, ["greedy 1", "polite"]);
  for (let count = 0; count < 3; count++) done(0, "b");
  assert.equal(await polite, "b");
  await Promise.all(greedy);
});

test("a task that is called off after it has begun ends with its thread; others go on in a new one", async () => {
  const { side, threads, done } = createFakes();
  const caller = new AbortController();
  const first = side.run("endless", { signal: caller.signal });
  const second = side.run("next");
  await nextTurn();
  caller.abort(new Error("late"));
  await assert.rejects(first, /late/);
  assert.deepEqual([threads[0]?.isOver, threads[1]?.tasks], [true, ["next"]]);
  done(1, "found");
  assert.equal(await second, "found");
});

test("too much that waits is refused, and a thread that ends takes its own task along", async () => {
  const { side, threads, done } = createFakes({ maxWaiting: 1 });
  const first = side.run("first");
  const second = side.run("second");
  await assert.rejects(side.run("third"), (error) => error instanceof AppError && error.code === "unavailable");
  threads[0]?.onEnd(new Error("out of memory"));
  await assert.rejects(first, /memory/);
  done(1, "found");
  assert.equal(await second, "found");
});

test("a thread that nobody needs is ended", async () => {
  const { side, threads, done } = createFakes({ idleMs: 5 });
  const task = side.run("task");
  await nextTurn();
  done(0, "x");
  await task;
  while (threads[0]?.isOver === false) await wait(2);
});
