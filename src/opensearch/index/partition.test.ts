import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toTimeRange } from "../../search/time-range.ts";
import { dayOf } from "../../text/days.ts";
import { generationOf, partOf, partsWithin, toPartName } from "./partition.ts";

test("a year is one of the archive's zone, and dates that cannot be meant make no index of their own", () => {
  const newYear = Date.UTC(2023, 11, 31, 16);
  for (const [at, timezone, part] of [
    [newYear, "Asia/Shanghai", "2024"],
    [newYear - 1, "Asia/Shanghai", "2023"],
    [newYear, "UTC", "2023"],
    [undefined, "UTC", "undated"],
    [Date.UTC(1800, 0, 1), "UTC", "1800"],
    [Date.UTC(1799, 11, 31), "UTC", "before-1800"],
    [-8.64e15, "Asia/Shanghai", "before-1800"],
    [Date.UTC(2099, 11, 31), "UTC", "2099"],
    [Date.UTC(2100, 0, 1), "UTC", "from-2100"],
    [8.64e15, "America/New_York", "from-2100"],
  ] as const)
    assert.equal(partOf(at, timezone), part);
});

test("an index says of what it is a part, and one of a number is a part of nothing", () => {
  assert.equal(generationOf("news-articles-000001"), "news-articles-000001");
  for (const part of ["2024", "undated", "before-1800", "from-2100"])
    assert.equal(generationOf(toPartName("news-articles-000001", part)), "news-articles-000001");
});

test("a range of days asks the index of every article in it, and none whose articles all lie outside", () => {
  const day = fc.integer({ min: Date.UTC(1797, 0, 1), max: Date.UTC(2103, 0, 1) }).map((at) => dayOf(at, "UTC"));
  const nearNewYear = fc
    .tuple(fc.integer({ min: 1798, max: 2102 }), fc.integer({ min: -2, max: 2 }))
    .map(([year, days]) => Date.UTC(year, 0, 1 + days));
  const end = fc.option(
    fc.oneof(
      day,
      nearNewYear.map((at) => dayOf(at, "UTC")),
    ),
    { nil: undefined },
  );
  const instant = fc.oneof(
    nearNewYear.map((at) => at + 3_600_000 * 7),
    fc.integer({ min: Date.UTC(1797, 0, 1), max: Date.UTC(2103, 0, 1) }),
  );
  const zone = fc.constantFrom("Asia/Shanghai", "America/New_York", "Pacific/Apia", "Asia/Manila", "UTC");
  const property = fc.property(fc.array(instant, { maxLength: 30 }), end, end, zone, (instants, from, to, timezone) => {
    const range = toTimeRange({ from, to }, timezone);
    if (range === undefined) return;
    const names = [undefined, ...instants].map((at) => toPartName("a-000001", partOf(at, timezone)));
    const asked = partsWithin([...new Set(names)], range, timezone);
    for (const at of instants)
      if (at >= range.startMs && at < range.endMs)
        assert.ok(asked.includes(toPartName("a-000001", partOf(at, timezone))), `${at} is not looked for`);
    assert.ok(!asked.includes("a-000001-undated"));
    if (from !== undefined && from >= "1801" && from < "2099")
      assert.ok(!asked.includes(toPartName("a-000001", String(Number(from.slice(0, 4)) - 1))));
  });
  fc.assert(property, { numRuns: 300 });
  assert.deepEqual(partsWithin(["a-000001-2024", "a-000001-undated"], "undated", "UTC"), ["a-000001-undated"]);
});
