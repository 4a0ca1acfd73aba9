import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NOON, read, rulesOf, shanghai, wide } from "../../../test/fakes/read-dates.ts";
import { MAX_INSTANT_MS, MIN_INSTANT_MS } from "./calendar.ts";
import { readDate } from "./read-date.ts";

test("an instant that its zone pushes out of the years 0–9999 is held at the edge", () => {
  assert.deepEqual(readDate("0000-01-01", wide), { atMs: MIN_INSTANT_MS });
  assert.deepEqual(readDate("9999-12-31T23:59:59-05:00", wide), { atMs: MAX_INSTANT_MS });
});

test("any instant survives being written as ISO, epoch and RFC 2822", () => {
  fc.assert(
    fc.property(fc.integer({ min: MIN_INSTANT_MS, max: MAX_INSTANT_MS }), (instant) => {
      const date = new Date(instant);
      assert.deepEqual(readDate(date.toISOString(), wide), { atMs: instant });
      assert.deepEqual(readDate(date.toUTCString(), wide), { atMs: Math.floor(instant / 1000) * 1000 });
    }),
  );
  // From September 2001 on an epoch in ms has 13 digits, and cannot be taken for anything else.
  fc.assert(
    fc.property(fc.integer({ min: 1e12, max: Date.UTC(2026, 11) }), (instant) => {
      for (const value of [instant, String(instant), instant * 1000, `${instant}000000`, instant / 1000])
        assert.deepEqual(readDate(value, shanghai), { atMs: instant });
    }),
  );
});

test("a wall-clock time read in a zone is that time on a clock in the zone", () => {
  const zones = ["Asia/Shanghai", "Asia/Taipei", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"];
  const tools = zones.map((timezone) => ({
    rules: rulesOf({ timezone, latestMs: MAX_INSTANT_MS }),
    clock: new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" }),
  }));
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(1850, 0), max: Date.UTC(2100, 0) }),
      fc.constantFrom(...tools),
      (ms, { rules, clock }) => {
        // Written by a clock, so it is a time that exists.
        const text = clock.format(ms);
        const reading = readDate(text, rules);
        assert.ok("atMs" in reading);
        assert.equal(clock.format(reading.atMs), text);
        assert.ok(reading.atMs <= ms, "of two instants with one reading the first is meant");
      },
    ),
    { numRuns: 300 },
  );
});

test("a day written in Chinese, by the Republic or in English is the day written in digits", () => {
  const day = fc.date({ min: new Date("1912-01-02"), max: new Date("2026-11-01"), noInvalidDate: true });
  const numerals = (value: number): string =>
    [...String(value)].map((digit) => "〇一二三四五六七八九"[Number(digit)]).join("");
  const counted = (value: number): string =>
    `${value < 20 ? "" : numerals(Math.floor(value / 10))}${value < 10 ? "" : "十"}${value % 10 === 0 ? "" : numerals(value % 10)}`;
  fc.assert(
    fc.property(day, (date) => {
      const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
      const expected = read(date.toISOString().slice(0, 10));
      const english = new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeZone: "UTC" }).format(date);
      for (const text of [
        `${numerals(year)}年${counted(month)}月${counted(day)}日`,
        `民國${year - 1911}年${month}月${day}日`,
        `${year}/${month}/${day}`,
        date.toISOString().slice(0, 10).replaceAll("-", ""),
        english,
      ])
        assert.equal(read(text), expected, text);
    }),
  );
});

test("a time that clocks skip is as much later, one that they show twice is the first", () => {
  const berlin = rulesOf({ timezone: "Europe/Berlin" });
  assert.equal(read("2021-03-28 02:30", berlin), "2021-03-28T01:30:00.000Z");
  assert.equal(read("2021-10-31 02:30", berlin), "2021-10-31T00:30:00.000Z");
  assert.equal(read("1988-07-01 12:00"), "1988-07-01T03:00:00.000Z", "China had summer time from 1986 to 1991");
});

test("any text at all is a date within the plausible years or none", () => {
  const piece = fc.constantFrom(
    ..."2021 - / 年 月 日 3 14 : T Z +08 下午 晚 Mar 民國 110 二 十 〇 前 昨天 小时 CST ( ) [ ] 来源 . ,".split(" "),
    " ",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "grapheme" }),
        fc.array(piece).map((pieces) => pieces.join("")),
      ),
      fc.constantFrom(shanghai, rulesOf({ asOf: NOON, republicYears: true })),
      (text, rules) => {
        const reading = readDate(text, rules);
        if ("atMs" in reading) assert.ok(reading.atMs >= rules.earliestMs && reading.atMs <= rules.latestMs, text);
      },
    ),
    { numRuns: 2000 },
  );
});
