/**
 * `node test/crash/many-damages.ts [FLIPS] [SEED]`: flips so many bits, one at a time, at random places of every kind of file of
 * an archive, and cuts, empties, lengthens, removes and swaps each file. After each damage it asks everything a reader may ask,
 * verifies, and repairs. Prints a table: found by verify, named, repaired, refused, harmless, and answers that were wrong
 * without a word, of which there must be none.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  askEverything,
  copyArchive,
  createPristine,
  DAMAGES,
  type DamageOutcome,
  damageFile,
  examine,
  filesOf,
} from "./damaged-archive.ts";
import { createRandom } from "./random.ts";

const flips = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 1e9));
const isVerbose = process.env.VERBOSE === "1";
const random = createRandom(seed);
const folder = mkdtempSync(join(tmpdir(), "wenxun-damage-"));
const victim = join(folder, "victim");
const columns = [
  "damages",
  "harmless",
  "found",
  "repaired",
  "less",
  "refused",
  "repairedWrong",
  "silentlyWrong",
  "crashes",
] as const;
const table = new Map<string, Record<(typeof columns)[number], number>>();

const { rest, killed } = await createPristine(folder, random);
let failures = 0;
for (const pristine of [rest, killed]) {
  copyArchive(pristine, victim);
  const expected = await askEverything(victim);
  const files = filesOf(pristine);
  for (let damage = 0; damage < flips / 2; damage++) {
    const file = files[damage % files.length] as string;
    await tryOne(pristine, expected, file, "flip");
  }
  for (const kind of DAMAGES)
    if (kind !== "flip") for (const file of files) await tryOne(pristine, expected, file, kind);
}

async function tryOne(
  pristine: string,
  expected: ReadonlyMap<string, string>,
  file: string,
  kind: (typeof DAMAGES)[number],
): Promise<void> {
  copyArchive(pristine, victim);
  const what = damageFile(victim, file, kind, random);
  count(
    `${file.replace(/\d+/, "…")}${pristine === killed ? " (killed)" : ""}`,
    kind,
    await examine(victim, expected),
    what,
  );
}

function count(file: string, kind: string, outcome: DamageOutcome, what: string): void {
  const key = `${file}  ${kind === "flip" ? "flip" : "other"}`;
  const row =
    table.get(key) ??
    (Object.fromEntries(columns.map((column) => [column, 0])) as Record<(typeof columns)[number], number>);
  table.set(key, row);
  row.damages++;
  if (outcome.harmless) row.harmless++;
  if (outcome.found) row.found++;
  if (outcome.repair === "repaired") row.repaired++;
  if (outcome.repair === "less") row.less++;
  if (outcome.repair === "refused") row.refused++;
  if (outcome.repair === "wrong") row.repairedWrong++;
  if (outcome.silentlyWrong.length > 0) row.silentlyWrong++;
  if (outcome.crashes.length > 0) row.crashes++;
  const isFailure =
    outcome.silentlyWrong.length > 0 ||
    outcome.crashes.length > 0 ||
    outcome.repair === "wrong" ||
    (!outcome.found && !outcome.harmless);
  if (isFailure) failures++;
  if (isFailure || isVerbose) console.log(`${file}, ${kind}, ${what}: ${JSON.stringify(outcome)}`);
}

rmSync(folder, { recursive: true, force: true });
console.table(Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1))));
console.log(`seed ${seed}, ${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
