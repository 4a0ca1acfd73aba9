import assert from "node:assert/strict";
import { test } from "node:test";
import type { CountInterval } from "../../search/count-by-date.ts";
import { toSpanLabel, toTickLabel } from "./chart-scale.ts";

const labels = (language: "en" | "zh-Hans", ...days: string[]): string[] => {
  const moments = days.map((day) => new Date(`${day}T00:00:00Z`));
  return moments.map((moment, index) => toTickLabel({ language }, moment, moments[index - 1]));
};

test("a label says no more than the one before it has not said", () => {
  assert.deepEqual(labels("zh-Hans", "2020-07-01", "2020-10-01", "2021-01-01", "2021-04-01"), [
    "2020年7月",
    "10月",
    "2021",
    "4月",
  ]);
  assert.deepEqual(labels("zh-Hans", "2021-03-14", "2021-03-18", "2021-04-01", "2021-04-04"), [
    "3月14日",
    "18日",
    "4月1日",
    "4日",
  ]);
  assert.deepEqual(labels("zh-Hans", "2020-11-01", "2021-02-01"), ["2020年11月", "2021年2月"]);
  assert.deepEqual(labels("zh-Hans", "2019-01-01", "2020-01-01"), ["2019", "2020"]);
  assert.deepEqual(labels("en", "2020-07-01", "2020-10-01", "2021-01-01", "2021-03-14", "2021-03-15"), [
    "Jul 2020",
    "Oct",
    "2021",
    "14 Mar",
    "15",
  ]);
});

test("a span is called by the name of its period, and by its days where a range cuts it", () => {
  const label = (from: string, to: string, interval: CountInterval, language: "en" | "zh-Hans" = "zh-Hans") =>
    toSpanLabel({ language }, { from, to }, interval);
  assert.equal(label("2020-07-01", "2020-07-31", "month"), "2020年7月");
  assert.equal(label("2020-07-01", "2020-07-31", "month", "en"), "2020-07");
  assert.equal(label("2020-07-01", "2020-07-10", "month"), "2020-07-01 – 2020-07-10");
  assert.equal(label("2020-07-31", "2020-07-31", "month"), "2020年7月31日");
  assert.equal(label("2019-11-01", "2020-02-29", "month"), "2019-11 – 2020-02");
  assert.equal(label("2020-01-01", "2020-12-31", "year"), "2020年");
  assert.equal(label("2018-01-01", "2019-12-31", "year"), "2018 – 2019");
  assert.equal(label("2020-05-20", "2020-12-31", "year"), "2020-05-20 – 2020-12-31");
  assert.equal(label("9999-01-01", "9999-12-31", "year"), "9999年");
  assert.equal(label("2020-07-06", "2020-07-12", "week"), "2020-07-06 – 2020-07-12");
  assert.equal(label("2019-12-31", "2020-01-01", "day"), "2019-12-31 – 2020-01-01");
});
