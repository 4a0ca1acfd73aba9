/**
 * Kills a process that tells of articles, again and again, and counts what is missed or doubled: `node bench/alert-kills.ts [--kills 200] [--seed 1]`.
 * After the last kill it waits for what is due later: a minute for digests, five minutes for what a receiver has refused twice.
 */
import { parseArgs } from "node:util";
import { killAlerts } from "../test/alerts/kill-alerts.ts";
import { createRandom } from "../test/crash/random.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
});
let lastMissing = 0;
const random = createRandom(Number(values.seed));
const report = await killAlerts({
  kills: Number(values.kills),
  random: () => random(1_000_000) / 1_000_000,
  onKill: (kill) => {
    if (kill % 10 === 0) process.stderr.write(`${kill} kills\n`);
  },
  onWait: (missing) => {
    if (missing !== lastMissing) process.stderr.write(`waiting for ${missing} that are to come\n`);
    lastMissing = missing;
  },
});
console.log(JSON.stringify(report, undefined, 2));
if (report.missed.length + report.doubled.length > 0) process.exitCode = 1;
