import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../crash/random.ts";
import { killAlerts } from "./kill-alerts.ts";

test("a process that is killed while it tells of articles misses none, and tells of none under two ids", async () => {
  const random = createRandom(20261129);
  const { expected, missed, doubled } = await killAlerts({ kills: 5, random: () => random(1000) / 1000 });
  assert.ok(expected > 10, `${expected} messages`);
  assert.deepEqual({ missed, doubled }, { missed: [], doubled: [] });
});
