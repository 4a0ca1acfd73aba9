import assert from "node:assert/strict";
import { test } from "node:test";
import { FairLanes } from "./fair-lanes.ts";

const takeAll = (lanes: FairLanes<string>, costs: Readonly<Record<string, number>>): string => {
  let order = "";
  for (let item = lanes.take(); item !== undefined; item = lanes.take()) {
    lanes.charge(item, costs[item] ?? 1);
    order += item;
  }
  return order;
};

test("within a lane the oldest goes first", () => {
  const lanes = new FairLanes<number>();
  for (const item of [1, 2, 3]) lanes.push("a", item);
  assert.deepEqual([lanes.take(), lanes.take(), lanes.take(), lanes.take()], [1, 2, 3, undefined]);
});

test("lanes share time, not turns", () => {
  const lanes = new FairLanes<string>();
  for (let index = 0; index < 4; index++) lanes.push("S", "S");
  for (let index = 0; index < 8; index++) lanes.push("a", "a");
  assert.equal(takeAll(lanes, { S: 30, a: 10 }), "SaaaSaaaSaaS");
});

test("a lane that wakes up does not make up for the time in which it wanted nothing", () => {
  const lanes = new FairLanes<string>();
  lanes.push("a", "a");
  for (let index = 0; index < 10; index++) {
    lanes.push("S", "S");
    lanes.take();
    lanes.charge("S", 10);
  }
  for (let index = 0; index < 3; index++) {
    lanes.push("S", "S");
    lanes.push("a", "a");
  }
  assert.match(takeAll(lanes, { S: 10, a: 10 }), /^a?(Sa|aS)/);
});

test("what is taken out does not come again", () => {
  const lanes = new FairLanes<string>();
  lanes.push("a", "one");
  lanes.push("a", "other");
  assert.equal(lanes.remove("a", "one"), true);
  assert.equal(lanes.remove("a", "one"), false);
  assert.equal(lanes.remove("b", "other"), false);
  assert.equal(lanes.size, 1);
  assert.equal(lanes.take(), "other");
});
