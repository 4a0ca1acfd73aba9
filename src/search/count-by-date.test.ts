import assert from "node:assert/strict";
import { test } from "node:test";
import { toPeriods } from "./count-by-date.ts";

const DAY_MS = 86_400_000;

/** A histogram of one article a day. */
const daysFrom = (first: string, count: number) => ({
  interval: "day" as const,
  buckets: Array.from({ length: count }, (_, index) => ({
    start: new Date(Date.parse(`${first}T00:00:00Z`) + index * DAY_MS).toISOString().slice(0, 10),
    count: 1,
  })),
});

test("weeks begin on Mondays, over the ends of years too", () => {
  assert.deepEqual(
    [...toPeriods(daysFrom("2023-12-30", 12), "week")],
    [
      ["2023-12-25", 2],
      ["2024-01-01", 7],
      ["2024-01-08", 3],
    ],
  );
  const far = toPeriods(
    {
      interval: "day",
      buckets: [daysFrom("2020-02-29", 1), daysFrom("2024-02-29", 1)].flatMap(({ buckets }) => buckets),
    },
    "week",
  );
  assert.deepEqual([...far.keys()], ["2020-02-24", "2024-02-26"]);
});

test("the first week of the calendar begins with it, and the last ends with it", () => {
  // The first day is a Saturday.
  assert.deepEqual(
    [...toPeriods(daysFrom("0000-01-01", 4), "week")],
    [
      ["0000-01-01", 2],
      ["0000-01-03", 2],
    ],
  );
  assert.deepEqual(
    [...toPeriods(daysFrom("9999-12-26", 6), "week")],
    [
      ["9999-12-20", 1],
      ["9999-12-27", 5],
    ],
  );
});
