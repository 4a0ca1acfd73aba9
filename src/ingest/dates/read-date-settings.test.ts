import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY, MORNING, NOON, read, rulesOf, shanghai, UTC_DAY } from "../../../test/fakes/read-dates.ts";
import type { AsOf } from "./relative.ts";
import { createDateRules } from "./rules.ts";

test("three digits are a year of the Republic beside Traditional text, in the zone of Taipei, or by the setting", () => {
  const taipei = rulesOf({ timezone: "Asia/Taipei" });
  const set = rulesOf({ republicYears: true });
  for (const text of [
    "110年3月14日",
    "110/03/14",
    "110-3-14",
    "一百一十年三月十四日",
    "一一〇年三月十四日",
    "1100314",
  ]) {
    assert.equal(read(text, shanghai, { isTraditional: true }), DAY, text);
    assert.equal(read(text, taipei), DAY, text);
    assert.equal(read(text, set), DAY, text);
    assert.equal(read(text, rulesOf({ republicYears: false }), { isTraditional: true }), "republic", text);
  }
});

test("two digits are a year of the Republic only where the setting or the zone says so", () => {
  for (const text of ["99年3月14日", "99/03/14"]) {
    assert.equal(read(text, shanghai, { isTraditional: true }), "twoDigits");
    assert.equal(read(text, rulesOf({ republicYears: true })), "2010-03-13T16:00:00.000Z");
  }
  assert.equal(read("民國99年3月14日"), "2010-03-13T16:00:00.000Z");
});

test("no year before the Republic, of another calendar or of the common era becomes one of the Republic", () => {
  const taipei = rulesOf({ timezone: "Asia/Taipei" });
  for (const [text, flaw] of [
    ["民前1年1月1日", "unreadable"],
    ["民國前1年1月1日", "unreadable"],
    ["伊曆110年3月14日", "unreadable"],
    ["伊斯蘭曆110年3月14日", "unreadable"],
    ["西元110年3月14日", "implausible"],
    ["西元110/03/14", "implausible"],
    ["000年1月1日", "missing"],
  ] as const)
    assert.equal(read(text, taipei), flaw, text);
});

test("the first day that is read by default begins in the zone", () => {
  for (const timezone of ["Asia/Shanghai", "UTC", "America/New_York"]) {
    const rules = rulesOf({ timezone });
    assert.notEqual(read("1800-01-01", rules), "implausible", timezone);
    assert.equal(read("1799-12-31", rules), "implausible", timezone);
  }
});

test("the plausible years are a setting", () => {
  assert.equal(read("1799-12-31", rulesOf({ earliestMs: Date.UTC(1700, 0) })), "1799-12-30T15:54:17.000Z");
  assert.equal(read("2021-03-14", rulesOf({ earliestMs: Date.UTC(2022, 0) })), "implausible");
  assert.equal(read("2021-03-14", rulesOf({ latestMs: Date.UTC(2020, 0) })), "implausible");
  assert.equal(read(new Date(Date.now() + 400 * 86_400_000).toISOString(), createDateRules()), "implausible");
  assert.equal(
    read("2021031408", rulesOf({ latestMs: Date.UTC(2050, 0) })),
    UTC_DAY,
    "a calendar date comes before an epoch",
  );
});

test("day and month in either order are read by the setting", () => {
  assert.equal(read("03/04/2021", rulesOf({ dayOrder: "dmy" })), "2021-04-02T16:00:00.000Z");
  assert.equal(read("03/04/2021 08:05", rulesOf({ dayOrder: "mdy" })), "2021-03-04T00:05:00.000Z");
  assert.equal(read("14/03/2021", rulesOf({ dayOrder: "mdy" })), "missing");
  assert.equal(read("03/03/2021"), "2021-03-02T16:00:00.000Z");
});

test("CST is China's in China's zones and in Chinese text, Chicago's there, and none anywhere else", () => {
  const [utc, chicago] = [rulesOf({ timezone: "UTC" }), rulesOf({ timezone: "America/Chicago" })];
  assert.equal(read("2021-03-14 08:05 CST", utc, { isChinese: true }), MORNING);
  assert.equal(read("2021年3月14日 08:05 CST", utc), MORNING);
  assert.equal(read("2021-03-14 08:05 CST", utc), "missing");
  assert.equal(read("2021-03-14 08:05 CST", rulesOf({ timezone: "Asia/Tokyo" })), "missing");
  assert.equal(read("1988-07-01 12:00 CST"), "1988-07-01T03:00:00.000Z", "China's summer time");
  assert.equal(read("2021-03-01 08:05 CST", chicago, { isChinese: true }), "2021-03-01T14:05:00.000Z");
});

test("a field that says UTC is read in UTC, unless the date says otherwise", () => {
  assert.equal(read("2021-03-14 00:05:00", shanghai, { isUtc: true }), MORNING);
  assert.equal(read("20210314000500", shanghai, { isUtc: true }), MORNING);
  assert.equal(read("2021-03-14T08:05:00+08:00", shanghai, { isUtc: true }), MORNING);
});

test("relative dates are counted from the moment that the caller gives", () => {
  const rules = rulesOf({ asOf: NOON });
  for (const [text, instant] of [
    ["3小时前", "2021-03-14T01:00:00.000Z"],
    ["3個小時前", "2021-03-14T01:00:00.000Z"],
    ["三小时前", "2021-03-14T01:00:00.000Z"],
    ["1小时30分钟前", "2021-03-14T02:30:00.000Z"],
    ["一个半小时前", "2021-03-14T02:30:00.000Z"],
    ["半小时前", "2021-03-14T03:30:00.000Z"],
    ["5分鐘前", "2021-03-14T03:55:00.000Z"],
    ["3 hours ago", "2021-03-14T01:00:00.000Z"],
    ["an hour ago", "2021-03-14T03:00:00.000Z"],
    ["刚刚", "2021-03-14T04:00:00.000Z"],
    ["昨天 08:05", "2021-03-13T00:05:00.000Z"],
    ["昨天08:05", "2021-03-13T00:05:00.000Z"],
    ["昨晚8点", "2021-03-13T12:00:00.000Z"],
    ["昨天", "2021-03-12T16:00:00.000Z"],
    ["前天 下午3:05", "2021-03-12T07:05:00.000Z"],
    ["今天 08:05", MORNING],
    ["今晨8:05", MORNING],
    ["发布于 今天 08:05", MORNING],
    ["yesterday 08:05", "2021-03-13T00:05:00.000Z"],
    ["3天前", "2021-03-10T16:00:00.000Z"],
    ["2周前", "2021-02-27T16:00:00.000Z"],
    ["1个月前", "2021-02-13T16:00:00.000Z"],
    ["1年前", "2020-03-13T16:00:00.000Z"],
    ["03-14 08:05", MORNING],
    ["3月14日 08:05", MORNING],
    ["12月31日", "2020-12-30T16:00:00.000Z"],
  ] as const) {
    assert.equal(read(text, rules), instant, text);
  }
  assert.equal(read("几天前", rules), "relative");
  assert.equal(read("2021-03-13 08:05", rules), "2021-03-13T00:05:00.000Z");
});

test("hours are not counted from a day", () => {
  const rules = rulesOf({ asOf: { ...NOON, localMs: Date.UTC(2021, 2, 14), isDay: true } });
  assert.equal(read("3小时前", rules), "relative");
  assert.equal(read("昨天 08:05", rules), "2021-03-13T00:05:00.000Z");
});

test("a month ago from the 31st is the last day of a shorter month", () => {
  const asOf: AsOf = { instantMs: Date.UTC(2021, 2, 31, 4), localMs: Date.UTC(2021, 2, 31, 12), isDay: false };
  assert.equal(read("1个月前", rulesOf({ asOf })), "2021-02-27T16:00:00.000Z");
});
