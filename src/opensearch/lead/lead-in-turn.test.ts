/** One leads at a time, among all who stand, and another takes its place. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createClusterMeta, type FakeClusterMeta } from "../../../test/fakes/cluster-meta.ts";
import { type LeadOptions, leadInTurn } from "./lead-in-turn.ts";

/** Several who stand for the same, and a log of who began and ended. */
function createStanding({ meta }: FakeClusterMeta) {
  const log: string[] = [];
  const told: string[] = [];
  let leading = 0;
  let most = 0;
  const stand = (name: string, more: Partial<LeadOptions> = {}): AsyncDisposable =>
    leadInTurn({
      meta,
      name: "following",
      isWanted: async () => true,
      lead: () => {
        log.push(`${name} begins`);
        most = Math.max(most, ++leading);
        return {
          [Symbol.asyncDispose]: async () => {
            await sleep(20);
            leading--;
            log.push(`${name} ends`);
          },
        };
      },
      onError: (error) => told.push(error instanceof Error ? error.message : String(error)),
      lookEveryMs: 10,
      ...more,
    });
  const until = async (line: string): Promise<void> => {
    for (const giveUpMs = Date.now() + 5000; !log.includes(line); await sleep(5))
      if (Date.now() > giveUpMs) throw new Error(`${line} did not happen: ${log.join(", ")}`);
  };
  return { log, told, stand, until, most: () => most };
}

test("whoever stops lets the next one lead at once, and no two lead at the same time", async () => {
  const { log, stand, until, most } = createStanding(createClusterMeta());
  const first = stand("a");
  await until("a begins");
  const second = stand("b");
  await sleep(60);
  assert.deepEqual(log, ["a begins"]);
  await first[Symbol.asyncDispose]();
  await until("b begins");
  await second[Symbol.asyncDispose]();
  assert.deepEqual(log, ["a begins", "a ends", "b begins", "b ends"]);
  assert.equal(most(), 1);
});

test("a leader that died is followed when its lease has run out, and one that wakes sees that another leads", async () => {
  const fake = createClusterMeta();
  const { log, stand, until } = createStanding(fake);
  const first = stand("a");
  await until("a begins");
  const second = stand("b");
  await sleep(30);
  assert.deepEqual(log, ["a begins"]);
  const held = await fake.meta.read<{ expiresAtMs: number }>("following");
  assert.ok(held !== undefined && held.value.expiresAtMs > Date.now());
  await fake.meta.write("following", { ...held.value, expiresAtMs: Date.now() - 1 }, held);
  await until("b begins");
  const now = await fake.meta.read<{ holder: string }>("following");
  await first[Symbol.asyncDispose]();
  assert.deepEqual(await fake.meta.read("following"), now, "whoever has lost it takes it away from nobody");
  await second[Symbol.asyncDispose]();
});

test("a leader that cannot reach the cluster ends its work before another may begin, tells why once, and leads again", async () => {
  const fake = createClusterMeta();
  const { log, told, stand, until } = createStanding(fake);
  await using _one = stand("a", { longestUncertainMs: 100 });
  await until("a begins");
  fake.isAway = true;
  await until("a ends");
  await sleep(60);
  assert.deepEqual(log, ["a begins", "a ends"]);
  assert.deepEqual(told, ["No node of the cluster answers."]);
  fake.isAway = false;
  const held = await fake.meta.read<{ expiresAtMs: number }>("following");
  assert.ok(held !== undefined);
  await fake.meta.write("following", { ...held.value, expiresAtMs: Date.now() - 1 }, held);
  await sleep(100);
  assert.equal(log[2], "a begins");
});

test("nobody leads where there is nothing to do", async () => {
  const fake = createClusterMeta();
  const { log, stand, until } = createStanding(fake);
  let isWanted = false;
  await using _one = stand("a", { isWanted: async () => isWanted });
  await sleep(40);
  assert.deepEqual([log, await fake.meta.read("following")], [[], undefined]);
  isWanted = true;
  await until("a begins");
});
