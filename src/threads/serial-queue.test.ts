import assert from "node:assert/strict";
import { test } from "node:test";
import { SerialQueue } from "./serial-queue.ts";

test("a task begins when the one before has ended, in the order in which they came", async () => {
  const queue = new SerialQueue();
  const log: string[] = [];
  const task = (name: string, turns: number) => async (): Promise<string> => {
    log.push(`${name} begins`);
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    log.push(`${name} ends`);
    return name;
  };
  const all = Promise.all([queue.run(task("a", 3)), queue.run(task("b", 1)), queue.run(task("c", 0))]);
  assert.equal(queue.held, 3);
  assert.deepEqual(await all, ["a", "b", "c"]);
  assert.equal(queue.held, 0);
  assert.deepEqual(log, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("a task that fails is told to whoever asked, and the next has its turn", async () => {
  const queue = new SerialQueue();
  const failed = queue.run(() => Promise.reject(new Error("full")));
  const thrown = queue.run(() => {
    throw new Error("at once");
  });
  const next = queue.run(() => "next");
  await assert.rejects(failed, /full/);
  await assert.rejects(thrown, /at once/);
  assert.equal(await next, "next");
  assert.equal(queue.held, 0);
});
