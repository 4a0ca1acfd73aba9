import assert from "node:assert/strict";
import { test } from "node:test";
import type { Histogram } from "../../archive/result.ts";
import { clipDays, toLastDay, toTimeline } from "./timeline.ts";

const histogram = (interval: Histogram["interval"], ...pairs: [string, number][]): Histogram => ({
  interval,
  buckets: pairs.map(([start, count]) => ({ start, count })),
});

const draw = ({ interval, buckets }: Histogram, coverage?: Histogram) =>
  toTimeline({ interval, series: [{ label: "", periods: buckets }] }, coverage);

test("series stand side by side with what each is a share of, and periods between them are filled in", () => {
  const one = { label: "one", periods: [{ start: "2020-01-01", count: 3, all: 4 }] };
  const other = { label: "other", periods: [{ start: "2020-03-01", count: 5 }] };
  const none = { count: 0, all: undefined };
  assert.deepEqual(toTimeline({ interval: "month", series: [one, other] }), {
    interval: "month",
    spans: [
      { from: "2020-01-01", to: "2020-01-31", counts: [{ count: 3, all: 4 }, none], isGap: false },
      { from: "2020-02-01", to: "2020-02-29", counts: [none, none], isGap: false },
      { from: "2020-03-01", to: "2020-03-31", counts: [none, { count: 5, all: undefined }], isGap: false },
    ],
  });
});

test("two articles are shown among the days around them, as far as the archive reaches", () => {
  const days = (from: number, to: number): [string, number][] =>
    Array.from({ length: to - from + 1 }, (_, index) => [`2021-03-${String(from + index).padStart(2, "0")}`, 1]);
  const found = histogram("day", ["2021-03-10", 1], ["2021-03-11", 1]);
  const { spans } = draw(found, histogram("day", ...days(1, 31)));
  assert.deepEqual([spans.length, spans[0]?.from, spans.at(-1)?.to], [12, "2021-03-05", "2021-03-16"]);
  const short = draw(found, histogram("day", ...days(9, 12))).spans;
  assert.deepEqual([short[0]?.from, short.at(-1)?.to], ["2021-03-09", "2021-03-12"]);
});

test("what the archive does not hold is a gap; what merely does not match is none", () => {
  const found = histogram("month", ["2020-01-01", 1], ["2020-02-01", 0], ["2020-03-01", 0], ["2020-04-01", 1]);
  const coverage = histogram("month", ["2020-01-01", 9], ["2020-02-01", 0], ["2020-03-01", 7], ["2020-04-01", 9]);
  assert.deepEqual(
    draw(found, coverage).spans.map(({ isGap }) => isGap),
    [false, true, false, false],
  );
  const years = histogram("year", ["2020-01-01", 16]);
  assert.ok(draw(found, years).spans.every(({ isGap }) => !isGap));
});

test("many buckets are drawn as fewer spans that keep every article", () => {
  const buckets = Array.from({ length: 1000 }, (_, index) => ({ start: `${1000 + index}-01-01`, count: index % 3 }));
  const { spans } = draw({ interval: "year", buckets });
  assert.ok(spans.length <= 160);
  const total = spans.reduce((sum, { counts }) => sum + (counts[0]?.count ?? 0), 0);
  assert.equal(
    total,
    buckets.reduce((sum, { count }) => sum + count, 0),
  );
  assert.deepEqual([spans[0]?.from, spans.at(-1)?.to], ["1000-01-01", "1999-12-31"]);
});

test("thousands of empty years between two articles are not filled in", () => {
  const { spans } = draw(histogram("year", ["0001-01-01", 1], ["9999-01-01", 1]));
  assert.equal(spans.length, 2);
  assert.deepEqual(draw(histogram("day")).spans, []);
});

test("a bucket ends on the last day of its month or year", () => {
  assert.equal(toLastDay("2024-02-01", "month"), "2024-02-29");
  assert.equal(toLastDay("0001-12-01", "month"), "0001-12-31");
  assert.equal(toLastDay("2024-01-01", "year"), "2024-12-31");
  assert.equal(toLastDay("2024-05-06", "day"), "2024-05-06");
  assert.equal(toLastDay("2024-02-26", "week"), "2024-03-03");
});

test("a range cuts the period in which it begins or ends, and no other", () => {
  const july = { from: "2020-07-01", to: "2020-07-31" };
  assert.deepEqual(clipDays(july, { from: "2020-05-20", to: "2020-07-10" }), { from: "2020-07-01", to: "2020-07-10" });
  assert.deepEqual(clipDays(july, { from: "2020-07-10" }), { from: "2020-07-10", to: "2020-07-31" });
  assert.deepEqual(clipDays(july, {}), july);
  assert.deepEqual(clipDays(july, { from: "2020-08-05" }), july);
});
