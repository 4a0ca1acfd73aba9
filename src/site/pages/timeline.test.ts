import assert from "node:assert/strict";
import { test } from "node:test";
import type { Histogram } from "../../archive/result.ts";
import { toLastDay, toTimeline } from "./timeline.ts";

const histogram = (interval: Histogram["interval"], ...pairs: [string, number][]): Histogram => ({
  interval,
  buckets: pairs.map(([start, count]) => ({ start, count })),
});

test("two series share the coarser interval, and months between them are filled in", () => {
  const days = histogram("day", ["2020-01-30", 2], ["2020-01-31", 1]);
  const months = histogram("month", ["2020-03-01", 5]);
  assert.deepEqual(toTimeline([days, months]), {
    interval: "month",
    highest: 5,
    spans: [
      { from: "2020-01-01", to: "2020-01-31", counts: [3, 0], isGap: false },
      { from: "2020-02-01", to: "2020-02-29", counts: [0, 0], isGap: false },
      { from: "2020-03-01", to: "2020-03-31", counts: [0, 5], isGap: false },
    ],
  });
});

test("what the archive does not hold is a gap; what merely does not match is none", () => {
  const found = histogram("month", ["2020-01-01", 1], ["2020-02-01", 0], ["2020-03-01", 0], ["2020-04-01", 1]);
  const coverage = histogram("month", ["2020-01-01", 9], ["2020-02-01", 0], ["2020-03-01", 7], ["2020-04-01", 9]);
  assert.deepEqual(
    toTimeline([found], coverage).spans.map(({ isGap }) => isGap),
    [false, true, false, false],
  );
  const years = histogram("year", ["2020-01-01", 16]);
  assert.ok(toTimeline([found], years).spans.every(({ isGap }) => !isGap));
});

test("many buckets are drawn as fewer spans that keep every article", () => {
  const buckets = Array.from({ length: 1000 }, (_, index) => ({ start: `${1000 + index}-01-01`, count: index % 3 }));
  const { spans } = toTimeline([{ interval: "year", buckets }]);
  assert.ok(spans.length <= 160);
  const total = spans.reduce((sum, { counts }) => sum + (counts[0] ?? 0), 0);
  assert.equal(
    total,
    buckets.reduce((sum, { count }) => sum + count, 0),
  );
  assert.deepEqual([spans[0]?.from, spans.at(-1)?.to], ["1000-01-01", "1999-12-31"]);
});

test("thousands of empty years between two articles are not filled in", () => {
  const { spans } = toTimeline([histogram("year", ["0001-01-01", 1], ["9999-01-01", 1])]);
  assert.equal(spans.length, 2);
  assert.deepEqual(toTimeline([histogram("day")]).spans, []);
});

test("a bucket ends on the last day of its month or year", () => {
  assert.equal(toLastDay("2024-02-01", "month"), "2024-02-29");
  assert.equal(toLastDay("0001-12-01", "month"), "0001-12-31");
  assert.equal(toLastDay("2024-01-01", "year"), "2024-12-31");
  assert.equal(toLastDay("2024-05-06", "day"), "2024-05-06");
});
