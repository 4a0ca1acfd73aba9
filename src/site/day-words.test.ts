import assert from "node:assert/strict";
import { test } from "node:test";
import { findDayFault, parseDayWords, toDays } from "./day-words.ts";

/** A Wednesday. */
const TODAY = "2021-03-17";

test("days, months and years are read as people write them", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["2021-03-14", "2021-03-14", "2021-03-14"],
    ["2021-3-14", "2021-03-14", "2021-03-14"],
    ["2021/3/14", "2021-03-14", "2021-03-14"],
    ["2021.3.14", "2021-03-14", "2021-03-14"],
    ["20210314", "2021-03-14", "2021-03-14"],
    ["２０２１年３月１４日", "2021-03-14", "2021-03-14"],
    ["2021年3月14號", "2021-03-14", "2021-03-14"],
    ["二〇二一年三月十四日", "2021-03-14", "2021-03-14"],
    ["2020年二月", "2020-02-01", "2020-02-29"],
    ["2021年3月", "2021-03-01", "2021-03-31"],
    ["2021-3", "2021-03-01", "2021-03-31"],
    ["2019", "2019-01-01", "2019-12-31"],
    ["2019年", "2019-01-01", "2019-12-31"],
    ["民國110年3月14日", "2021-03-14", "2021-03-14"],
    ["民国元年", "1912-01-01", "1912-12-31"],
    ["民國1100314", "2021-03-14", "2021-03-14"],
    ["110/03/14", "2021-03-14", "2021-03-14"],
    ["110年3月", "2021-03-01", "2021-03-31"],
    ["110年", "2021-01-01", "2021-12-31"],
    ["1100314", "2021-03-14", "2021-03-14"],
    ["3月1日", "2021-03-01", "2021-03-01"],
    ["12月", "2020-12-01", "2020-12-31"],
    ["今天", "2021-03-17", "2021-03-17"],
    ["昨日", "2021-03-16", "2021-03-16"],
    ["本周", "2021-03-15", "2021-03-17"],
    ["上周", "2021-03-08", "2021-03-14"],
    ["上個禮拜", "2021-03-08", "2021-03-14"],
    ["Last week", "2021-03-08", "2021-03-14"],
    ["上个月", "2021-02-01", "2021-02-28"],
    ["去年", "2020-01-01", "2020-12-31"],
    ["近7天", "2021-03-11", "2021-03-17"],
    ["最近一週", "2021-03-11", "2021-03-17"],
    ["last 30 days", "2021-02-16", "2021-03-17"],
  ];
  for (const [words, from, to] of cases) assert.deepEqual(parseDayWords(words, TODAY), { from, to }, words);
});

test("what is no day of the calendar means none", () => {
  for (const words of [
    "",
    "soon",
    "2021-02-30",
    "2021-13-01",
    "2021年0月",
    "14",
    "99999",
    "明年左右",
    "110",
    "0207",
    "0207-02",
    "2023年春",
  ])
    assert.equal(parseDayWords(words, TODAY), undefined, words);
});

test("a longer time in the first field alone is meant whole; a day is where a range begins", () => {
  assert.deepEqual(toDays({ from: "2021年3月" }, TODAY), { from: "2021-03-01", to: "2021-03-31" });
  assert.deepEqual(toDays({ from: "2021-3-14", to: "" }, TODAY), { from: "2021-03-14" });
  assert.deepEqual(toDays({ from: "2020年", to: "2021年2月" }, TODAY), { from: "2020-01-01", to: "2021-02-28" });
  assert.deepEqual(toDays({ to: "去年" }, TODAY), { to: "2020-12-31" });
  assert.deepEqual(toDays({ from: "soon" }, TODAY), { from: "soon" });
  assert.deepEqual(toDays({}, TODAY), {});
});

test("a day of the calendar stays as it is, however long ago", () => {
  assert.deepEqual(toDays({ from: "0000-01-01", to: "0207-12-31" }, TODAY), { from: "0000-01-01", to: "0207-12-31" });
});

test("what is wrong with days is told", () => {
  const faultOf = (days: { from?: string; to?: string }, without: readonly "date"[] = []) =>
    findDayFault({ ...toDays(days, TODAY), without });
  assert.equal(faultOf({ from: "2021年3月" }), undefined);
  assert.equal(faultOf({}, ["date"]), undefined);
  assert.equal(faultOf({ from: "2023-02-30", to: "soon" }), "from");
  assert.equal(faultOf({ from: "去年", to: "2021-02-29" }), "to");
  assert.equal(faultOf({ from: "2021", to: "2020" }), "reversed");
  assert.equal(faultOf({ to: "2020" }, ["date"]), "undated");
});
