/** `node test/crash/many-kills.ts [KILLS]`: kills a writing process again and again and says what was lost. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "../../src/archive/database.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { writeAndKill } from "./kill.ts";

const kills = Number(process.argv[2] ?? 20);
const folder = mkdtempSync(join(tmpdir(), "wenxun-kill-"));
const { fingerprint, dimensions } = createFakeEncoder();
createDatabase(folder, { encoderFingerprint: fingerprint, dimensions, timezone: "Asia/Shanghai" });
const versions = new Map<string, number>();
let batches = 0;
let faulty = 0;
for (let kill = 0; kill < kills; kill++) {
  const outcome = await writeAndKill(folder, versions, kill + 1, Math.random() * 600);
  batches += outcome.batches;
  if (outcome.faults.length > 0) faulty++;
  for (const fault of outcome.faults) console.log(`kill ${kill + 1}: ${fault}`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`${kills} kills, ${batches} writes reported, ${versions.size} articles, ${faulty} kills with faults`);
process.exitCode = faulty === 0 ? 0 : 1;
