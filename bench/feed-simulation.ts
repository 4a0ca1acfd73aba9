/**
 * Whether following loses or doubles articles, or asks too early: simulated feeds on loopback over days of virtual time, with a client that is
 * killed at random places and whose clock is set.
 *
 *     node bench/feed-simulation.ts [--feeds 1000] [--days 30] [--kills 50] [--seed 1]
 *
 * Memory is that of this process, which holds the feeds and the articles too. Exits with 1 when something was lost, doubled, stale or early.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { simulate } from "../test/sources/simulate.ts";

const { values } = parseArgs({
  options: {
    feeds: { type: "string", default: "1000" },
    days: { type: "string", default: "30" },
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
});

const folder = mkdtempSync(join(tmpdir(), "wenxun-simulation-"));
const beganMs = performance.now();
const seconds = (): number => Math.round((performance.now() - beganMs) / 1000);
try {
  const report = await simulate({
    folder,
    feeds: Number(values.feeds),
    days: Number(values.days),
    kills: Number(values.kills),
    seed: Number(values.seed),
    onDay: (day, checks) =>
      console.error({ day, checks, seconds: seconds(), residentMb: process.memoryUsage.rss() >> 20 }),
  });
  const { lost, doubled, stale, early, errors, ...counts } = report;
  const faults = { lost, doubled, stale, early, errors };
  console.log({ ...counts, seconds: seconds() });
  for (const [name, list] of Object.entries(faults)) console.log(name, list.length, list.slice(0, 5));
  process.exitCode = Object.values(faults).some((list) => list.length > 0) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
