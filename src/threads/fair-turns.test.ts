import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FairTurns } from "./fair-turns.ts";

function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test("a client that asks for little goes before what a greedy one asked for earlier", async () => {
  const turns = new FairTurns();
  const order: string[] = [];
  const ask = (client: string, ms: number) =>
    turns.run({ client }, () => {
      work(ms);
      order.push(client);
    });
  const greedy = Array.from({ length: 10 }, () => ask("greedy", 5));
  await greedy[0];
  await ask("polite", 0);
  assert.ok(order.indexOf("polite") <= 2, order.join());
  await Promise.all(greedy);
});

test("other events have their turn between two pieces that take long", async () => {
  const turns = new FairTurns();
  let done = 0;
  const pieces = Array.from({ length: 6 }, () =>
    turns.run({ client: "greedy" }, () => {
      work(5);
      done++;
    }),
  );
  const seen: number[] = [];
  while (done < 6) {
    await nextTurn();
    seen.push(done);
  }
  await Promise.all(pieces);
  assert.ok(
    seen.every((count, index) => count - (seen[index - 1] ?? 0) <= 1),
    seen.join(),
  );
});

test("short pieces share a turn", async () => {
  const turns = new FairTurns();
  let done = 0;
  for (let index = 0; index < 20; index++) void turns.run({ client: "one" }, () => done++);
  await nextTurn();
  await nextTurn();
  assert.equal(done, 20);
});

test("what is thrown arrives, and for whoever has gone nothing is done", async () => {
  const turns = new FairTurns();
  await assert.rejects(
    turns.run({}, () => {
      throw new Error("broken");
    }),
    /broken/,
  );
  const gone = new AbortController();
  const left = turns.run({ signal: gone.signal }, () => assert.fail("it was done"));
  gone.abort(new Error("gone"));
  await assert.rejects(left, /gone/);
  assert.equal(await turns.run({}, async () => "a promise"), "a promise");
});
