import assert from "node:assert/strict";
import { test } from "node:test";
import { toTickLabel } from "./chart-scale.ts";

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
