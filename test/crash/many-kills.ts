/**
 * `node test/crash/many-kills.ts [KILLS] [SEED] [MAX-DELAY-MS]`: kills a process at random moments of import, update, removal, compaction,
 * reindex and backup, each as often, and says after each kill whether anything that was reported as durable is lost, whether
 * `verify` is clean, and whether a file is left over when the next writer has opened the archive.
 */
import { Victim } from "./kill.ts";
import { createRandom } from "./random.ts";
import { OPERATIONS } from "./victim.ts";

const kills = Number(process.argv[2] ?? 24);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 1e6));
const maxDelayMs = Number(process.argv[4] ?? 900);
const random = createRandom(seed);
const counts = new Map<string, number>();
let faulty = 0;
using victim = new Victim();
for (let kill = 0; kill < kills; kill++) {
  const operation = OPERATIONS[kill % OPERATIONS.length] ?? "import";
  const delayMs = random(maxDelayMs);
  const faults = await victim.kill(operation, kill + 1, delayMs);
  counts.set(operation, (counts.get(operation) ?? 0) + 1);
  if (faults.length > 0) faulty++;
  for (const fault of faults.slice(0, 10)) console.log(`kill ${kill + 1}, ${operation} after ${delayMs} ms: ${fault}`);
}
const each = [...counts].map(([operation, count]) => `${operation} ${count}`).join(", ");
console.log(
  `${kills} kills (${each}), ${victim.reports} reports, ${victim.resumed} reindexes resumed, ${faulty} kills with faults, seed ${seed}`,
);
process.exitCode = faulty === 0 ? 0 : 1;
