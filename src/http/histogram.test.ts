import assert from "node:assert/strict";
import { test } from "node:test";
import { Histogram as PromHistogram, Registry } from "prom-client";
import { Histogram } from "./histogram.ts";

const NAMED = { name: "wait_seconds", help: "How long somebody waited." };
const BOUNDS = [0.001, 0.5, 1, 30];

test("a histogram writes what Prometheus' own package writes of the same values", async () => {
  const registry = new Registry();
  const theirs = new PromHistogram({
    ...NAMED,
    labelNames: ["route", "status"],
    buckets: BOUNDS,
    registers: [registry],
  });
  const own = new Histogram({ ...NAMED, bounds: BOUNDS });
  const labels = [
    { route: "/search", status: 200 },
    { route: '/a\\b"c\nd', status: 404 },
  ];
  for (const value of [0, 0.001, 0.0011, 0.75, 1, 30, 31, 400])
    for (const of of labels.slice(0, value > 1 ? 1 : 2)) {
      theirs.observe(of, value);
      own.observe(value, of);
    }
  assert.equal(own.toText(), await registry.metrics());
});

test("a histogram without labels is one series", async () => {
  const registry = new Registry();
  const theirs = new PromHistogram({ ...NAMED, buckets: BOUNDS, registers: [registry] });
  const own = new Histogram({ ...NAMED, bounds: BOUNDS });
  for (const value of [0.2, 3]) {
    theirs.observe(value);
    own.observe(value);
  }
  assert.equal(own.toText(), await registry.metrics());
});
