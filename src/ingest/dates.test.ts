import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAX_INSTANT_MS, MIN_INSTANT_MS, parseDate } from "./dates.ts";
import { createZone } from "./zone.ts";

const shanghai = createZone("Asia/Shanghai");
const iso = (value: unknown, zone = shanghai): string | undefined => {
  const instant = parseDate(value, zone);
  return instant === undefined ? undefined : new Date(instant).toISOString();
};

const READ: [unknown, string][] = [
  ["2021-03-14T08:05:06.789Z", "2021-03-14T08:05:06.789Z"],
  ["2021-03-14T08:05:06.789123456+08:00", "2021-03-14T00:05:06.789Z"],
  ["2021-03-14T08:05:06+0800", "2021-03-14T00:05:06.000Z"],
  ["2021-03-14T08:05:06-05", "2021-03-14T13:05:06.000Z"],
  ["2021-03-14T08:05:06", "2021-03-14T00:05:06.000Z"],
  ["2021-03-14 08:05:06", "2021-03-14T00:05:06.000Z"],
  ["2021-03-14 08:05", "2021-03-14T00:05:00.000Z"],
  ["2021-03-14 08:05:06 UTC", "2021-03-14T08:05:06.000Z"],
  ["2021-03-14 08:05:06 +0800", "2021-03-14T00:05:06.000Z"],
  ["2021-3-4 8:5", "2021-03-04T00:05:00.000Z"],
  ["2021-03-14", "2021-03-13T16:00:00.000Z"],
  ["2021-03", "2021-02-28T16:00:00.000Z"],
  ["  2021-03-14\n", "2021-03-13T16:00:00.000Z"],
  ["2021/03/14", "2021-03-13T16:00:00.000Z"],
  ["2021/3/14 8:05:06", "2021-03-14T00:05:06.000Z"],
  ["2021.03.14", "2021-03-13T16:00:00.000Z"],
  ["2021/03/14 (日) 08:05", "2021-03-14T00:05:00.000Z"],
  ["2021-03-14 星期日 08:05", "2021-03-14T00:05:00.000Z"],
  ["2021/03/14 下午 03:05", "2021-03-14T07:05:00.000Z"],
  ["2021-03-14 3:05 PM", "2021-03-14T07:05:00.000Z"],
  ["20210314", "2021-03-13T16:00:00.000Z"],
  [20210314, "2021-03-13T16:00:00.000Z"],
  ["20210314080506", "2021-03-14T00:05:06.000Z"],
  ["20210314T080506Z", "2021-03-14T08:05:06.000Z"],
  [1615680306, "2021-03-14T00:05:06.000Z"],
  [1615680306789, "2021-03-14T00:05:06.789Z"],
  [1615680306.789, "2021-03-14T00:05:06.789Z"],
  [1615680306789000, "2021-03-14T00:05:06.789Z"],
  [1615680306n, "2021-03-14T00:05:06.000Z"],
  ["1615680306", "2021-03-14T00:05:06.000Z"],
  ["1615680306789", "2021-03-14T00:05:06.789Z"],
  ["978307200000", "2001-01-01T00:00:00.000Z"],
  [-1615680306, "1918-10-20T23:54:54.000Z"],
  ["2021年3月14日", "2021-03-13T16:00:00.000Z"],
  ["2021年3月14日 8时05分", "2021-03-14T00:05:00.000Z"],
  ["2021年3月14日8時05分06秒", "2021-03-14T00:05:06.000Z"],
  ["2021年03月14日 08:05", "2021-03-14T00:05:00.000Z"],
  ["2021年3月14日 星期日 下午3点05分", "2021-03-14T07:05:00.000Z"],
  ["2021年3月14日 晚上12时", "2021-03-14T16:00:00.000Z"],
  ["2021年3月", "2021-02-28T16:00:00.000Z"],
  ["２０２１年３月１４日　８：０５", "2021-03-14T00:05:00.000Z"],
  ["民國110年3月14日", "2021-03-13T16:00:00.000Z"],
  ["发布时间：2021-03-14 08:05", "2021-03-14T00:05:00.000Z"],
  ["Sun, 14 Mar 2021 08:05:06 +0800", "2021-03-14T00:05:06.000Z"],
  ["Sun, 14 Mar 2021 08:05:06 GMT", "2021-03-14T08:05:06.000Z"],
  ["14 Mar 2021 08:05 EST", "2021-03-14T13:05:00.000Z"],
  ["Sunday, 14-Mar-21 08:05:06 GMT", "2021-03-14T08:05:06.000Z"],
  ["Sun, 14 Mar 2021 08:05:06 +0800 (CST)", "2021-03-14T00:05:06.000Z"],
  ["Sun Mar 14 08:05:06 2021", "2021-03-14T00:05:06.000Z"],
  ["Sun Mar 14 08:05:06 CST 2021", "2021-03-14T00:05:06.000Z"],
  ["Sun Mar 14 08:05:06 +0000 2021", "2021-03-14T08:05:06.000Z"],
  ["March 14, 2021", "2021-03-13T16:00:00.000Z"],
  ["Mar 14, 2021 8:05 am", "2021-03-14T00:05:00.000Z"],
  ["0000-01-02T00:00:00Z", "0000-01-02T00:00:00.000Z"],
  ["0099-12-31T00:00:00Z", "0099-12-31T00:00:00.000Z"],
  ["9999-12-31 23:59:59", "9999-12-31T15:59:59.000Z"],
  ["2020-02-29", "2020-02-28T16:00:00.000Z"],
  ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
  ["2021-03-14T24:00:00", "2021-03-14T16:00:00.000Z"],
];

for (const [text, instant] of READ) {
  test(`reads ${String(text)}`, () => assert.equal(iso(text), instant));
}

const REFUSED: unknown[] = [
  "2021-02-30",
  "2021-02-29",
  "1900-02-29",
  "2021-13-01",
  "2021-00-10",
  "2021-04-31",
  "0000-00-00 00:00:00",
  "2021-03-14 25:00",
  "2021-03-14 08:60",
  "2021-03-14 24:00:01",
  "2021-03-14T08:05:06+25:00",
  "2021-03-14 8",
  "2021-03/14",
  "20210230",
  "2021年2月30日",
  "2021年13月1日",
  "30 Feb 2021",
  "yesterday",
  "昨天 08:05",
  "3小时前",
  "2021",
  2021,
  0,
  44269,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e300,
  10n ** 30n,
  "",
  "   ",
  "9".repeat(1000),
  true,
  null,
  undefined,
  {},
  [],
];

for (const value of REFUSED) {
  test(`refuses ${String(value).slice(0, 40)} (${typeof value})`, () => assert.equal(iso(value), undefined));
}

test("an instant that its zone pushes out of the years 0–9999 is held at the edge", () => {
  assert.equal(parseDate("0000-01-01", shanghai), MIN_INSTANT_MS);
  assert.equal(parseDate("9999-12-31T23:59:59-05:00", shanghai), MAX_INSTANT_MS);
});

test("any instant survives being written as ISO, epoch and RFC 2822", () => {
  fc.assert(
    fc.property(fc.integer({ min: MIN_INSTANT_MS, max: MAX_INSTANT_MS }), (instant) => {
      const date = new Date(instant);
      assert.equal(parseDate(date.toISOString(), shanghai), instant);
      assert.equal(parseDate(date.toUTCString(), shanghai), Math.floor(instant / 1000) * 1000);
      if (Math.abs(instant) >= 1e11 && Math.abs(instant) < 1e14) assert.equal(parseDate(instant, shanghai), instant);
    }),
  );
});

test("a wall-clock time read in a zone is that time on a clock in the zone", () => {
  const zones = ["Asia/Shanghai", "Asia/Taipei", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"];
  const tools = zones.map((name) => ({
    zone: createZone(name),
    clock: new Intl.DateTimeFormat("sv-SE", { timeZone: name, dateStyle: "short", timeStyle: "medium" }),
  }));
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(1850, 0), max: Date.UTC(2100, 0) }),
      fc.constantFrom(...tools),
      (ms, { zone, clock }) => {
        // Written by a clock, so it is a time that exists.
        const text = clock.format(ms);
        const instant = parseDate(text, zone);
        assert.ok(instant !== undefined);
        assert.equal(clock.format(instant), text);
        assert.ok(instant <= ms, "of two instants with one reading the first is meant");
      },
    ),
    { numRuns: 300 },
  );
});

test("a time that clocks skip is as much later, one that they show twice is the first", () => {
  const berlin = createZone("Europe/Berlin");
  assert.equal(iso("2021-03-28 02:30", berlin), "2021-03-28T01:30:00.000Z");
  assert.equal(iso("2021-10-31 02:30", berlin), "2021-10-31T00:30:00.000Z");
  assert.equal(iso("1988-07-01 12:00"), "1988-07-01T03:00:00.000Z", "China had summer time from 1986 to 1991");
});

test("any text at all is a date within the years 0–9999 or none", () => {
  const piece = fc.constantFrom(
    "2021",
    "-",
    "/",
    "年",
    "月",
    "日",
    "3",
    "14",
    ":",
    " ",
    "T",
    "Z",
    "+08",
    "下午",
    "Mar",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "grapheme" }),
        fc.array(piece).map((pieces) => pieces.join("")),
      ),
      (text) => {
        const instant = parseDate(text, shanghai);
        assert.ok(instant === undefined || (instant >= MIN_INSTANT_MS && instant <= MAX_INSTANT_MS), text);
      },
    ),
  );
});

test("an unknown zone is a usage error that names the setting", () => {
  assert.throws(() => createZone("Mars/Olympus"), { code: "usage", message: /--timezone/ });
});
