import assert from "node:assert/strict";
import { test } from "node:test";
import { freshForMs, retryAfterS } from "./http-waits.ts";
import { adaptInterval, backOff, MAX_INTERVAL_MS, MIN_INTERVAL_MS, toWaitMs } from "./next-check.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("the interval follows how much is new, between ten minutes and a day", () => {
  assert.equal(adaptInterval(HOUR, 20, 0), 1.5 * HOUR);
  assert.equal(adaptInterval(HOUR, 20, 3), HOUR);
  assert.equal(adaptInterval(HOUR, 20, 15), HOUR / 2);
  assert.equal(adaptInterval(12 * MINUTE, 20, 20), MIN_INTERVAL_MS);
  assert.equal(adaptInterval(20 * HOUR, 0, 0), MAX_INTERVAL_MS);
});

test("failures double the wait, up to a day", () => {
  assert.deepEqual(
    [1, 2, 3].map((failures) => backOff(HOUR, failures)),
    [2 * HOUR, 4 * HOUR, 8 * HOUR],
  );
  assert.equal(backOff(HOUR, 400), MAX_INTERVAL_MS);
});

test("waits are spread by a tenth, and never shorter than what is asked or allowed", () => {
  assert.deepEqual(
    [0, 0.5, 1].map((random) => toWaitMs(HOUR, 0, random)),
    [54 * MINUTE, HOUR, 66 * MINUTE],
  );
  assert.equal(toWaitMs(10 * MINUTE, 0, 0), MIN_INTERVAL_MS);
  assert.equal(toWaitMs(HOUR, 3 * HOUR, 0), 3 * HOUR);
  assert.equal(toWaitMs(HOUR, 365 * 24 * HOUR, 0), MAX_INTERVAL_MS, "a year of caching is a mistake");
});

test("Cache-Control counts more than Expires; Expires is read by the server's clock", () => {
  const now = Date.UTC(2026, 0, 1);
  assert.equal(freshForMs({ "cache-control": "public, max-age=600", age: "100" }, now), 500_000);
  assert.equal(
    freshForMs({ "cache-control": "private,max-age=60", expires: "Fri, 02 Jan 2026 00:00:00 GMT" }, now),
    60_000,
  );
  assert.equal(freshForMs({ "cache-control": "no-cache, max-age=600" }, now), 0);
  assert.equal(freshForMs({ "cache-control": "s-maxage=600" }, now), 0);
  const wrongClock = { date: "Fri, 02 Jan 2026 00:00:00 GMT", expires: "Fri, 02 Jan 2026 01:00:00 GMT" };
  assert.equal(freshForMs(wrongClock, now), HOUR);
  assert.equal(freshForMs({ expires: "0" }, now) > 0, false);
  assert.equal(freshForMs({}, now), 0);
});

test("Retry-After is seconds or a date", () => {
  const now = Date.UTC(2026, 0, 1);
  assert.equal(retryAfterS({ "retry-after": "120" }, now), 120);
  assert.equal(retryAfterS({ "retry-after": "Thu, 01 Jan 2026 00:05:00 GMT" }, now), 300);
  assert.equal(retryAfterS({ "retry-after": "99999999" }, now), 7 * 86_400);
  assert.equal(retryAfterS({ "retry-after": "soon" }, now), undefined);
  assert.equal(retryAfterS({}, now), undefined);
});
