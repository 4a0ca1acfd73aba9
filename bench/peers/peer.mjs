/**
 * Builds one peer's index, or asks it: node bench/peers/peer.mjs NAME build|query FOLDER [SECONDS]
 * What it found is printed as JSON (PeerReport of protocol.ts), or what the build took (PeerBuild). It stops asking after SECONDS, 600 by default.
 */
import { residentMemory } from "../million/memory.ts";
import { readSearches } from "./given.ts";

/** Of the time for asking: other searches, before those that are timed. An engine that serves has been asked before. */
const WARM_UP_SHARE = 0.25;

const [name, task, folder, seconds = "600"] = process.argv.slice(2);
const { build, openPeer } = await import(name === "wenxun" ? "./wenxun.ts" : `./${name}.mjs`);
console.log(JSON.stringify(task === "build" ? await timeBuild() : await query(openPeer)));
process.exit();

/** CPU time of all threads, and, where the engine is another process, of that. */
async function timeBuild() {
  const elsewhereSeconds = (await build(folder)) ?? 0;
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6 + elsewhereSeconds };
}

async function query(openPeer) {
  const [warmUp, searches] = [readSearches(folder, "warm-up.json"), readSearches(folder, "queries.json")];
  const startMs = performance.now();
  const peer = await openPeer(folder);
  const openMs = performance.now() - startMs;
  const warmUntil = performance.now() + Number(seconds) * WARM_UP_SHARE * 1000;
  for (const search of warmUp) if (performance.now() < warmUntil) await peer.hybrid(search);
  const deadline = performance.now() + Number(seconds) * 1000;
  const answers = [];
  for (const search of searches) {
    const asked = performance.now();
    if (asked > deadline) break;
    const hybrid = await peer.hybrid(search);
    answers.push({ query: search.query, share: search.share, ms: performance.now() - asked, hybrid });
  }
  // An engine that is another process tells of itself.
  const memory = peer.memory === undefined ? residentMemory() : await peer.memory();
  const diskBytes = await peer.diskBytes?.();
  for (const [index, answer] of answers.entries()) answer.nearest = await peer.nearest(searches[index]);
  return { openMs, memory, diskBytes, answers };
}
