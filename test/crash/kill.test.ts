import assert from "node:assert/strict";
import { test } from "node:test";
import { Victim } from "./kill.ts";
import { createRandom } from "./random.ts";
import { OPERATIONS } from "./victim.ts";

test("kill -9 at a random moment of any operation loses nothing that was reported", async () => {
  // More with `node test/crash/many-kills.ts 200`.
  const seed = Math.floor(Math.random() * 1e6);
  const random = createRandom(seed);
  using victim = new Victim();
  for (const [index, operation] of OPERATIONS.entries())
    assert.deepEqual(await victim.kill(operation, index + 1, random(500)), [], `${operation}, seed ${seed}`);
  assert.ok(victim.reports > OPERATIONS.length);
});
