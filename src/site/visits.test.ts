import assert from "node:assert/strict";
import { test } from "node:test";
import { toVisit } from "./visits.ts";

const MINUTE_MS = 60_000;

test("what is new stays new while a visit goes on, and begins anew with the next one", () => {
  const first = toVisit(undefined, 1_000_000);
  assert.deepEqual(first, { sinceMs: undefined, kept: "1000000" });
  const again = toVisit(first.kept, 1_000_000 + MINUTE_MS);
  assert.equal(again.sinceMs, undefined, "still the first visit");
  let at = 1_000_000 + 60 * MINUTE_MS;
  let visit = toVisit(again.kept, at);
  assert.equal(visit.sinceMs, 1_000_000 + MINUTE_MS);
  for (let look = 0; look < 5; look++) {
    at += 20 * MINUTE_MS;
    visit = toVisit(visit.kept, at);
    assert.equal(visit.sinceMs, 1_000_000 + MINUTE_MS, "while the reader looks around");
  }
  assert.equal(toVisit(visit.kept, at + 31 * MINUTE_MS).sinceMs, at);
  for (const strange of ["x", "9".repeat(30), "1.2.3", `${at + MINUTE_MS}`, "-5"])
    assert.deepEqual(toVisit(strange, at), { sinceMs: undefined, kept: `${at}` }, strange);
});
