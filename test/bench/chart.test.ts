import assert from "node:assert/strict";
import { test } from "node:test";
import { decades, drawChart, spread } from "../../bench/plot/chart.ts";

test("an axis has a mark at each power of ten, and between them where those are few", () => {
  assert.deepEqual(decades([5, 20_000]), [10, 100, 1000, 10_000]);
  assert.deepEqual(decades([20, 500]), [30, 100, 300]);
});

test("names that would stand on one another are moved down, others are left", () => {
  const at = (x: number, y: number) => ({ x, y });
  assert.deepEqual(spread([at(10, 50), at(12, 52), at(10, 55), at(300, 52)]), [
    at(10, 50),
    at(12, 64),
    at(300, 52),
    at(10, 78),
  ]);
});

test("a drawing names its panels and series, escaped, and places larger values higher and further right", () => {
  const axis = { label: "n", domain: [1, 1000] as const, format: String };
  const points = [[10, 10] as const, [100, 100] as const];
  const svg = drawChart([{ title: "a < b", x: axis, y: axis, joined: true, series: [{ name: "R&D", points }] }]);
  assert.match(svg, /<title>a &lt; b<\/title>/);
  assert.match(svg, />R&amp;D</);
  const [low, high] = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  assert.ok(low !== undefined && high !== undefined);
  assert.ok((low[0] ?? 0) < (high[0] ?? 0) && (low[1] ?? 0) > (high[1] ?? 0));
});
