/**
 * Whether following loses or doubles articles, or asks too early: simulated feeds on loopback over days of virtual time, with a client that is
 * killed at random places and whose clock is set.
 *
 *     node bench/feed-simulation.ts [--feeds 1000] [--days 30] [--kills 50] [--seed 1] [--folder DIR] [--minutes 8]
 *
 * The feeds are served by a thread of their own; the memory that is said is the heap of the client's. With `--minutes` it stops after the first kill
 * after so long and exits with 2; the same command with the same `--folder` goes on from there. Exits with 1 when something was lost, doubled, stale or
 * early.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { simulate } from "../test/sources/simulate.ts";

const { values } = parseArgs({
  options: {
    feeds: { type: "string", default: "1000" },
    days: { type: "string", default: "30" },
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    folder: { type: "string" },
    minutes: { type: "string", default: "Infinity" },
  },
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const heapMb = (): number => {
  collect();
  return Math.round((process.memoryUsage().heapUsed / 2 ** 20) * 10) / 10;
};

const folder = values.folder ?? mkdtempSync(join(tmpdir(), "wenxun-simulation-"));
mkdirSync(folder, { recursive: true });
const beganMs = performance.now();
const seconds = (): number => Math.round((performance.now() - beganMs) / 1000);
let goesOn = false;
try {
  const report = await simulate({
    folder,
    feeds: Number(values.feeds),
    days: Number(values.days),
    kills: Number(values.kills),
    seed: Number(values.seed),
    onDay: (day, checks) => console.error(JSON.stringify({ day, checks, seconds: seconds(), heapMb: heapMb() })),
    mayStop: () => seconds() >= Number(values.minutes) * 60,
  });
  goesOn = report === undefined;
  if (report === undefined) {
    console.error(`Stopped; the same command with --folder ${folder} goes on.`);
    process.exitCode = 2;
  } else {
    const { lost, doubled, stale, early, errors, ...counts } = report;
    const faults = { lost, doubled, stale, early, errors };
    console.log({ ...counts, seconds: seconds() });
    for (const [name, list] of Object.entries(faults)) console.log(name, list.length, list.slice(0, 5));
    process.exitCode = Object.values(faults).some((list) => list.length > 0) ? 1 : 0;
  }
} finally {
  if (!goesOn) rmSync(folder, { recursive: true, force: true });
}
