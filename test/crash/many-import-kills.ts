/**
 * `node test/crash/many-import-kills.ts KILLS FILE…`: imports the files with the command line, kills it with SIGKILL at random
 * moments, and after each kill checks that the archive opens, that `verify` is clean and that no article reported as stored is
 * missing. Then lets an import run to its end and checks the whole.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { verifyArchive } from "../../src/archive/verify.ts";

const [killsText = "20", ...files] = process.argv.slice(2);
const folder = join(mkdtempSync(join(tmpdir(), "wenxun-import-")), "archive");
const launcher = join(import.meta.dirname, "..", "..", "bin", "wenxun.mjs");
const importArguments = [launcher, "import", ...files, "--archive", folder];

/** Runs an import until `killAfterMs`; resolves to the highest number it reported as stored. */
async function importAndKill(killAfterMs: number): Promise<number> {
  const child = spawn(process.execPath, importArguments, { stdio: ["ignore", "ignore", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  let stored = 0;
  for await (const line of createInterface({ input: child.stderr })) {
    const match = /stored (\d[\d,]*)/.exec(line);
    if (match?.[1] !== undefined) stored = Math.max(stored, Number(match[1].replaceAll(",", "")));
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  clearTimeout(timer);
  return stored;
}

let faults = 0;
for (let kill = 1; kill <= Number(killsText); kill++) {
  const afterMs = 300 + Math.random() * 8000;
  const stored = await importAndKill(afterMs);
  let state = "no archive yet";
  if (stored > 0 || kill > 3) {
    const { articles, problems } = verifyArchive(folder);
    if (problems.length > 0 || articles < stored) faults++;
    state = `${articles} articles, problems: ${JSON.stringify(problems)}`;
  }
  console.log(`kill ${kill} after ${Math.round(afterMs)} ms: ${stored} reported as stored; ${state}`);
}
const { status } = spawnSync(process.execPath, importArguments, { stdio: "inherit" });
const report = verifyArchive(folder);
console.log(
  `at the end: exit ${status}, ${report.articles} articles, ${report.problems.length} problems, ${report.leftovers.length} files left over, ${faults} kills with faults`,
);
rmSync(folder, { recursive: true, force: true });
process.exitCode = faults === 0 && report.problems.length === 0 ? 0 : 1;
