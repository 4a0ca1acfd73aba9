import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestFolder } from "../fakes/cli.ts";
import { simulate } from "./simulate.ts";

test("of feeds that fail, rotate their GUIDs and give them out again nothing is lost or doubled, whenever the client is killed and its clock set", async () => {
  const report = await simulate({ folder: createTestFolder(), feeds: 12, days: 3, kills: 6, seed: 3 });
  assert.ok(report !== undefined);
  const { shown, stored, lost, doubled, stale, early, errors, kills } = report;
  assert.deepEqual(
    { lost, doubled, stale, early, errors },
    { lost: [], doubled: [], stale: [], early: [], errors: [] },
  );
  assert.equal(stored, shown);
  assert.ok(shown > 200 && kills >= 3, `${shown} articles, ${kills} kills`);
});
