import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeSearch } from "../../test/fakes/search-service.ts";
import { oncePerState } from "./coverage.ts";

test("what is counted once for a state of the archive is counted anew for the next one", async () => {
  const counted: string[] = [];
  const count = oncePerState(async (_search, snapshot) => {
    counted.push(snapshot);
    return `of ${snapshot}`;
  });
  const search = createFakeSearch([]);
  const answers = [];
  for (const snapshot of ["first", "first", "second", "second", "first"]) answers.push(await count(search, snapshot));
  assert.deepEqual(answers, ["of first", "of first", "of second", "of second", "of first"]);
  assert.deepEqual(counted, ["first", "second", "first"]);
});

test("what could not be counted is counted again when it is asked for again", async () => {
  let attempts = 0;
  const count = oncePerState(async () => {
    if (attempts++ === 0) throw new Error("busy");
    return attempts;
  });
  const search = createFakeSearch([]);
  await assert.rejects(count(search, "first"), /busy/);
  assert.equal(await count(search, "first"), 2);
});
