import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AppError } from "../../errors.ts";
import { createZone } from "../../text/zone.ts";
import { MAX_INSTANT_MS, MIN_INSTANT_MS } from "./calendar.ts";
import type { DateHints } from "./day.ts";
import { readDate } from "./read-date.ts";
import type { AsOf } from "./relative.ts";
import { anyYear, createDateRules, type DateRules, type DateSettings } from "./rules.ts";

const rulesOf = (settings: DateSettings = {}): DateRules =>
  createDateRules({ latestMs: Date.UTC(2027, 0), ...settings });
const shanghai = rulesOf();
const wide = anyYear(shanghai);

/** The instant in ISO 8601, or why there is none. */
const read = (value: unknown, rules = shanghai, hints: DateHints = {}): string => {
  const reading = readDate(value, rules, hints);
  return "atMs" in reading ? new Date(reading.atMs).toISOString() : reading.flaw;
};

const MORNING = "2021-03-14T00:05:00.000Z";
const MORNING_6 = "2021-03-14T00:05:06.000Z";
const AFTERNOON = "2021-03-14T07:05:00.000Z";
const EVENING = "2021-03-14T12:00:00.000Z";
const DAY = "2021-03-13T16:00:00.000Z";
const UTC_DAY = "2021-03-14T00:00:00.000Z";

/** What is written, by the instant that it means where nothing else is said. */
const READ: Readonly<Record<string, readonly unknown[]>> = {
  [MORNING]: [
    "2021-03-14T00:05Z",
    "2021-03-14 08:05",
    "2021-3-14 8:05",
    "2021-03-14T08:05+08:00",
    "2021-03-14T08:05:00+08:00[Asia/Shanghai]",
    "2021-03-14T00:05:00Z[UTC]",
    "2021-03-14T08:05[Asia/Shanghai]",
    "2021-03-14 08:05 Asia/Taipei",
    "2021-03-14 08:05 GMT+8",
    "2021-03-14 08:05 (GMT+8)",
    "2021-03-14 08:05 UTC+08:00",
    "2021-03-14 08:05 +8",
    "2021-03-14 08:05 CST",
    "2021-03-14 08:05 HKT",
    "2021-03-14 09:05 JST",
    "2021-03-13 19:05 EST",
    "2021-03-13 7:05 p.m. ET",
    "2021-03-14 08:05 来源：新华网",
    "2021-03-14 08:05 来源：36氪",
    "2021-03-14 08:05  |  新华社",
    "2021-03-14 08:05 BBC",
    "2021-03-14 08:05 阅读 1234",
    "2021-03-14 来源：中央社 08:05",
    "来源：新华网 2021-03-14 08:05",
    "发布于 2021-03-14 08:05",
    "发布于2021年3月14日 08:05",
    "發佈時間：2021/03/14 08:05",
    "发布时间：2021-03-14 08:05 更新时间：2021-03-15 09:00",
    "2021/03/14 08:05 最新更新 2021/03/15",
    "更新于2021-03-14 08:05",
    "北京时间2021年3月14日08时05分",
    "2021年3月14日 北京时间 8:05",
    "2021年3月14日 8:05（北京时间）",
    "2021-03-14 09:05（日本時間）",
    "美东时间2021年3月13日19:05",
    "公元2021年3月14日8时5分",
    "2021/03/14 (日) 08:05",
    "2021-03-14（周日）08:05",
    "2021-03-14 星期日 08:05",
    "2021年3月14日 8时05分",
    "2021年3月14日8點05",
    "2021年3月14日 早上8点05分",
    "2021年3月14日上午8:05",
    "2021-03-14 8:05 上午",
    "2021 年 3 月 14 日 8 时 5 分",
    "2021 - 03 - 14 08 : 05",
    "2021年 03月 14日 星期日 08:05:00 CST",
    "２０２１年３月１４日　８：０５",
    "二〇二一年三月十四日八时五分",
    "二○二一年三月十四日上午八点零五分",
    "民國110年3月14日 上午8:05",
    "民國110/03/14 08:05",
    "Sun Mar 14 2021 08:05:00 GMT+0800 (中国标准时间)",
    "Sun Mar 14 2021 08:05:00 GMT+0800 (China Standard Time)",
    "Sun Mar 14 08:05:00 2021",
    "Sun Mar 14 08:05:00 CST 2021",
    "Sun Mar 14 00:05:00 +0000 2021",
    "Sun, 14 Mar 2021 08:05 +0800",
    "Mar 14, 2021 8:05 am",
    "March 14, 2021 at 8:05 AM",
    "14/Mar/2021:08:05:00 +0800",
    "08:05, 14 March 2021",
    "2021-03-14 08:05:00.000000",
    "2021-03-14 08:05:00 +0800 CST",
    "20210314T080500+0800",
    "20210314T0005Z",
    "20210314080500",
    "202103140805",
    202103140805,
    20210314080500,
    "20210314 080500",
    "20210314080500000",
    20210314080500000n,
    "20210314080500.0",
    1615680300,
    1615680300.0,
    "1,615,680,300",
    "1615680300.000",
    "1.6156803000E9",
    1615680300000,
    1615680300000000,
    "1615680300000000000",
    1615680300000000000n,
    "/Date(1615680300000)/",
    "/Date(1615680300000+0800)/",
    "\\/Date(1615680300000)\\/",
    'ISODate("2021-03-14T00:05:00Z")',
    "NumberLong(1615680300000)",
    "Timestamp('2021-03-14 08:05:00')",
    "Timestamp('2021-03-14 00:05:00+0000', tz='UTC')",
    "datetime.datetime(2021, 3, 14, 8, 5)",
    { $date: "2021-03-14T00:05:00Z" },
    { $date: { $numberLong: "1615680300000" } },
    { $date: 1615680300000 },
    { $timestamp: { t: 1615680300, i: 1 } },
    { _seconds: 1615680300, _nanoseconds: 0 },
    { epochSecond: 1615680300, nano: 0 },
    { date: "2021-03-14 08:05:00.000000", timezone_type: 3, timezone: "Asia/Shanghai" },
    [2021, 3, 14, 8, 5],
    ["2021-03-14 08:05"],
    "'2021-03-14 08:05'",
    "[2021-03-14 08:05]",
    "2021-03-14 08:05 | 财经",
    "Published: 2021-03-14 08:05",
  ],
  [MORNING_6]: [
    "2021-03-14T08:05:06+0800",
    "2021-03-14 08:05:06 +0800",
    "2021年3月14日8時05分06秒",
    "2021-03-14-08-05-06",
    "2021-03-14_08-05-06",
    "2021.03.14 08.05.06",
    "Sunday, 14-Mar-21 00:05:06 GMT",
    "Sun, 14 Mar 21 00:05:06 GMT",
    "Sun, 14 Mar 2021 08:05:06 +0800 (CST)",
    "20210314T000506Z",
    "20210314080506+0800",
    "20210314000506Z",
    "20210314-080506",
    "20210314_080506",
    "D:20210314080506+08'00'",
    "Sun, 14 Mar 2021 08:05:06 +0800 (GMT+08:00)",
    "2021-03-14T08:05:06+08",
    "2021-W10-7 08:05:06",
    "2021W107 08:05:06",
    "2021-073 08:05:06",
  ],
  "2021-03-14T00:05:06.789Z": [
    "2021-03-14T00:05:06.789Z",
    "2021-03-14T00:05:06,789Z",
    "2021-03-14T08:05:06.789123456+08:00",
    1615680306789,
    1615680306.789,
    "1615680306.789",
    1615680306789000,
    "1615680306789123456",
    "20210314080506789",
    "20210314080506789123",
    "1.615680306789E12",
    { seconds: 1615680306, nanos: 789_000_000 },
  ],
  [AFTERNOON]: [
    "2021-03-14 3:05 PM",
    "2021-03-14 15:05 PM",
    "2021-03-14 下午3:05",
    "2021/3/14 下午 03:05:00",
    "2021-03-14 3:05下午",
    "2021-03-14 下午15:05",
    "2021年3月14日 星期日 下午3点05分",
    "2021年3月14日 午后3時5分",
  ],
  [EVENING]: [
    "2021年3月14日晚8点",
    "2021年3月14日晚上8时整",
    "2021年3月14日晚8時許",
    "2021年3月14日二十时",
    "2021-03-14 8:00 晚上",
    "2021-03-14 8pm",
    "2021-03-14T20",
    "2021031420",
    2021031420,
  ],
  [DAY]: [
    "2021-03-14",
    "  2021-03-14\n",
    "2021/03/14",
    "2021.03.14",
    "2021.3.14.",
    "20210314",
    20210314,
    "20210314.0",
    "2021年3月14日",
    "2021年3月14号",
    "2021 年3月 14 日",
    "二〇二一年三月十四日",
    "二零二一年三月十四日",
    "二O二一年三月十四日",
    "二千零二十一年三月十四日",
    "民國110年3月14日",
    "民国110年3月14日",
    "中華民國110年3月14日",
    "中華民國一百一十年三月十四日",
    "民國一一〇年三月十四日",
    "民國110.3.14",
    "民國1100314",
    "民110.3.14",
    "民國 110 年 3 月 14 日",
    "新华社北京2021年3月14日电",
    "2021年3月14日讯",
    "2021年3月14日 星期日 01版",
    "江城日报 2021年03月14日 第05版",
    "March 14, 2021",
    "March 14th, 2021",
    "Sunday, March 14, 2021",
    "14 March 2021",
    "14-Mar-2021",
    "2021 Mar 14",
    "14/03/2021",
    "3/14/2021",
    "14.03.2021",
    "2021-W10-7",
    "2021-073",
    "2021073",
  ],
  [UTC_DAY]: ["2021-03-14Z", "2021-03-14T00:00:00Z", "2021-03-14T08:00:00+08:00"],
  "2021-02-28T16:00:00.000Z": ["2021-03", "2021年3月", "2021.03", "March 2021", "二〇二一年三月"],
  "1911-12-31T16:00:00.000Z": ["民國元年1月1日", "民國元年元月一日", "民国1年1月1日"],
  "2021-09-30T16:00:00.000Z": ["二〇二一年十月一日", "2021年10月1日"],
  "2021-03-23T16:00:00.000Z": ["二〇二一年三月廿四日", "二〇二一年三月二十四日"],
  "2021-03-30T16:00:00.000Z": ["二〇二一年三月卅一日", "二〇二一年三月三十一日"],
  "2020-12-31T16:00:00.000Z": ["2021年元月1日", "二〇二一年元月一日"],
  "2021-03-14T00:30:00.000Z": ["2021年3月14日8点半", "2021年3月14日早上八点半"],
  "2021-03-14T00:45:00.000Z": ["2021年3月14日8点3刻", "2021年3月14日八时三刻"],
  "2021-03-13T17:05:00.000Z": ["2021-03-14 凌晨1:05", "2021年3月14日凌晨一点零五分", "2021-03-14 1:05 AM"],
  "2021-03-13T16:05:00.000Z": [
    "2021-03-14 上午12:05",
    "2021-03-14 12:05 AM",
    "2021-03-14 00:05 AM",
    "2021-03-14 凌晨0:05",
  ],
  "2021-03-14T04:05:00.000Z": ["2021-03-14 中午12:05", "2021-03-14 下午12:05", "2021-03-14 12:05 PM"],
  "2021-03-14T16:00:00.000Z": ["2021-03-14T24:00:00", "2021年3月14日24时", "2021年3月14日晚上12时"],
  "2017-01-01T00:00:00.000Z": ["2016-12-31T23:59:60Z", "2017-01-01 07:59:60"],
  "2020-02-28T16:00:00.000Z": ["2020-02-29"],
  "2001-01-01T00:00:00.000Z": ["978307200000", 978307200],
  "1918-10-20T23:54:54.000Z": [-1615680306, "-1615680306"],
};

for (const [instant, values] of Object.entries(READ)) {
  for (const value of values) {
    const shown = typeof value === "object" ? JSON.stringify(value) : `${String(value)} (${typeof value})`;
    test(`reads ${shown}`, () => assert.equal(read(value), instant));
  }
}

/** What is no date, by why. */
const REFUSED: Readonly<Record<string, readonly unknown[]>> = {
  missing: [
    "2021-02-30",
    "2021-02-29",
    "1900-02-29",
    "2021-13-01",
    "2021-00-10",
    "2021-04-31",
    "2021-22",
    "20210230",
    "2021年2月30日",
    "2021年13月1日",
    "民國110年2月30日",
    "二〇二一年二月三十日",
    "30 Feb 2021",
    "February 29, 2021",
    "2021-366",
    "2021-W54-1",
    "2021-03-14 25:00",
    "2021-03-14 08:60",
    "2021-03-14 08:05:60",
    "2021-03-14 23:59:60",
    "2021-03-14 24:00:01",
    "2021年3月14日25时",
    "2021-03-14 上午15:05",
    "2021-03-14 凌晨 13:00",
    "2021-03-14 13:05 AM",
    "2021-03-14T08:05:06+25:00",
    "2021-03-14 08:05 [Mars/Olympus]",
    "2021-03-14 08:05 IST",
  ],
  implausible: [
    "0110年3月14日",
    "0001-01-01 00:00:00",
    "1799-12-31",
    "2199-01-01",
    "9999-12-31 23:59:59",
    4102444800,
    "99991231",
  ],
  republic: ["110年3月14日", "110/03/14", "一一〇年三月十四日", "1100314"],
  twoDigits: [
    "21年3月14日",
    "21-03-14",
    "21/3/14",
    "'21.3.14",
    "99年3月14日",
    "14/03/21",
    "14-Mar-21",
    "210314",
    "二一年三月十四日",
  ],
  dayOrder: ["03/04/2021", "3.4.2021", "03-04-2021 08:05"],
  relative: [
    "昨天",
    "昨天 08:05",
    "前天",
    "今天08:05",
    "昨晚8点",
    "3小时前",
    "3個小時前",
    "三小时前",
    "5分鐘前",
    "半小时前",
    "3天前",
    "2周前",
    "3个月前",
    "刚刚",
    "剛剛",
    "发布于3小时前",
    "几分钟前",
    "上周三",
    "last Friday",
    "yesterday",
    "3 hours ago",
    "an hour ago",
    "just now",
  ],
  withoutYear: ["3月14日", "03-14 08:05", "3月14日 08:05", "三月十四日"],
  yearAlone: ["2021", 2021, "2021年", "二〇二一年"],
  spreadsheet: [44269, "12345", "44269", "44269.3368"],
  rounded: ["1.61568E+12", "1.61568E+09", "2.02103E+13"],
  unreadable: [
    "0",
    "2021-03-14 8",
    "2021-03/14",
    "2021-03-14 至 2021-03-20",
    "2021-03-14～2021-03-20",
    "2021年3月14日前",
    "截至2021年3月14日",
    "2021年3月下旬",
    "2021年3月底",
    "20210314_0805069",
    "令和2021年3月14日",
    "农历二〇二一年三月十四日",
    "二〇二一年三月初四",
    "二〇二一年正月十四日",
    "公元前2021年10月1日",
    "https://news.example/2021/03/14/1.html",
    "当地时间2021年3月14日 08:05",
    "+2021-03-14",
    "13812345678",
    "/Date(-62135596800000)/",
    0,
    -5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
    10n ** 30n,
    "",
    "   ",
    "9".repeat(1000),
    "9".repeat(30),
    "nan",
    "soon",
    true,
    null,
    undefined,
    {},
    [],
    { $date: {} },
    [1, 2],
  ],
};

for (const [flaw, values] of Object.entries(REFUSED)) {
  for (const value of values) {
    const shown = typeof value === "object" ? JSON.stringify(value) : `${String(value).slice(0, 40)} (${typeof value})`;
    test(`refuses ${shown}: ${flaw}`, () => assert.equal(read(value), flaw));
  }
}

test("a zero date of a database is none", () => assert.equal(read("0000-00-00 00:00:00"), "missing"));

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
  assert.equal(read("2021-03-01 08:05 CST", chicago, { isChinese: true }), "2021-03-01T14:05:00.000Z");
});

test("a field that says UTC is read in UTC, unless the date says otherwise", () => {
  assert.equal(read("2021-03-14 00:05:00", shanghai, { isUtc: true }), MORNING);
  assert.equal(read("20210314000500", shanghai, { isUtc: true }), MORNING);
  assert.equal(read("2021-03-14T08:05:00+08:00", shanghai, { isUtc: true }), MORNING);
});

const NOON: AsOf = { instantMs: Date.UTC(2021, 2, 14, 4), localMs: Date.UTC(2021, 2, 14, 12), isDay: false };

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

test("an unknown zone is a usage error that names the setting", () => {
  assert.throws(
    () => createZone("Mars/Olympus"),
    (error) => {
      assert.ok(error instanceof AppError && error.code === "usage");
      assert.equal(error.remedy?.code === "option-takes" && error.remedy.option, "timezone");
      return true;
    },
  );
});
