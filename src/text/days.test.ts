import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AppError } from "../errors.ts";
import { dayEndMs, dayOf, dayStartMs, daysBetween, nextStart, parseDay, zoneOffsetMs } from "./days.ts";

const at = (instant: string): number => Date.parse(instant);

test("a day begins at its first instant in the zone", () => {
  assert.equal(dayStartMs("2021-03-14", "Asia/Shanghai"), at("2021-03-13T16:00:00Z"));
  assert.equal(dayEndMs("2021-03-14", "Asia/Shanghai"), at("2021-03-14T16:00:00Z"));
  assert.equal(dayStartMs("2021-03-14", "UTC"), at("2021-03-14T00:00:00Z"));
  // Summer time begins on this day in New York: 23 hours.
  assert.equal(
    dayEndMs("2021-03-14", "America/New_York") - dayStartMs("2021-03-14", "America/New_York"),
    23 * 3_600_000,
  );
  // Clocks in Beirut jumped from 00:00 to 01:00.
  assert.equal(dayStartMs("2021-03-28", "Asia/Beirut"), at("2021-03-27T22:00:00Z"));
  // Local mean time, 8:05:43 ahead.
  assert.equal(dayStartMs("1890-01-01", "Asia/Shanghai"), at("1889-12-31T15:54:17Z"));
});

test("the first and last years of the calendar work", () => {
  assert.equal(dayOf(dayStartMs("0000-01-01", "Asia/Shanghai"), "Asia/Shanghai"), "0000-01-01");
  assert.equal(dayOf(at("0000-01-01T00:00:00Z"), "America/New_York"), "0000-01-01");
  assert.equal(dayOf(at("9999-12-31T23:59:59Z"), "Asia/Shanghai"), "9999-12-31");
  assert.equal(dayEndMs("9999-12-31", "UTC"), at("9999-12-31T00:00:00Z") + 86_400_000);
});

test("an instant lies in its day", () => {
  const zones = ["Asia/Shanghai", "Asia/Taipei", "UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"];
  fc.assert(
    fc.property(
      fc.integer({ min: at("1850-01-01T00:00:00Z"), max: at("2100-01-01T00:00:00Z") }),
      fc.constantFrom(...zones),
      (instant, zone) => {
        const day = dayOf(instant, zone);
        assert.ok(dayStartMs(day, zone) <= instant && instant < dayEndMs(day, zone), `${instant} ${day}`);
      },
    ),
    { numRuns: 500 },
  );
});

test("only days of the calendar are taken", () => {
  assert.equal(parseDay("2020-02-29", "from"), "2020-02-29");
  for (const value of ["2021-02-29", "2021-13-01", "2021-3-1", "today", "", "2021-03-14T00:00", "-001-01-01"])
    assert.throws(
      () => parseDay(value, "from"),
      (error) => error instanceof AppError && error.code === "invalid-request" && error.message.startsWith("from is "),
      value,
    );
});

test("starts follow each other", () => {
  assert.equal(nextStart("2020-02-29", "day"), "2020-03-01");
  assert.equal(nextStart("2020-12-01", "month"), "2021-01-01");
  assert.equal(nextStart("2020-01-01", "year"), "2021-01-01");
  assert.equal(daysBetween("2020-02-28", "2020-03-01"), 2);
});

test("the first and the last instant of the calendar have their offset", () => {
  assert.equal(zoneOffsetMs(8.64e15, "Asia/Tokyo"), 9 * 3_600_000);
  assert.equal(zoneOffsetMs(-8.64e15, "Asia/Tokyo"), at("1970-01-01T09:18:59Z"));
  assert.throws(() => zoneOffsetMs(0, "Mars/Olympus"), { code: "usage" });
});
