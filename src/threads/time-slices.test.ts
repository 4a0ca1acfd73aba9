import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { TimeSlices } from "./time-slices.ts";

test("a slice is over after its time, others get their turn, and then another begins", async (t) => {
  let now = 1000;
  mock.method(performance, "now", () => now);
  t.after(() => mock.restoreAll());
  const slices = new TimeSlices(4);
  assert.equal(slices.isOver, false);
  now += 3;
  assert.equal(slices.isOver, false);
  now += 1;
  assert.equal(slices.isOver, true);
  let othersHadTheirTurn = false;
  setImmediate(() => {
    othersHadTheirTurn = true;
  });
  await slices.next();
  assert.ok(othersHadTheirTurn);
  assert.equal(slices.isOver, false);
  now += 4;
  assert.equal(slices.isOver, true);
});

test("of several works one has a slice at a time, in turns, with other events between", async () => {
  const order: string[] = [];
  const work = async (name: string): Promise<void> => {
    const slices = new TimeSlices(0);
    for (let slice = 0; slice < 3; slice++) {
      await slices.next();
      order.push(name);
    }
  };
  let isDone = false;
  const count = (): void => {
    if (isDone) return;
    order.push("event");
    setImmediate(count);
  };
  setImmediate(count);
  await Promise.all([work("a"), work("b"), work("c")]);
  isDone = true;
  const slices = order.filter((name) => name !== "event");
  assert.deepEqual(slices, ["a", "b", "c", "a", "b", "c", "a", "b", "c"]);
  assert.ok(
    order.every((name, index) => name === "event" || index === 0 || order[index - 1] === "event"),
    order.join(),
  );
});
