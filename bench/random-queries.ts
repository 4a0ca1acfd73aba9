/**
 * Asks an archive texts that no one would type, 10,000 of them: none may fail, and each says how it was read.
 *
 *     node bench/random-queries.ts ARCHIVE [--count 10000] [--seed 1]
 *
 * Exits with 1 when one fails.
 */
import { parseArgs } from "node:util";
import { openBackend } from "../src/compose/open-backend.ts";
import { askRandomly } from "./random-queries/ask-randomly.ts";

/** Articles whose titles words are taken from. */
const TITLES = 2000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("usage: random-queries.ts ARCHIVE [--count 10000] [--seed 1]");
await using app = await openBackend({ folder, encoder: { kind: "builtin" } });
const words: string[] = [];
for await (const { title } of app.archive.articles()) {
  words.push(title.slice(0, 2), title.slice(2, 5), title.slice(0, 9));
  if (words.length >= 3 * TITLES) break;
}
const { asked, problems, misread, slowestMs, slowest } = await askRandomly(app.search, {
  words,
  count: Number(values.count),
  seed: Number(values.seed),
});
for (const problem of problems.slice(0, 20)) console.error(problem);
console.log(`${asked} random texts asked, ${problems.length} failed or do not say how they were read.`);
console.log(`${misread.length} are said to be read in a form that would itself be read otherwise.`);
for (const one of misread.slice(0, 5)) console.log(`  ${one}`);
console.log(`The slowest took ${Math.round(slowestMs)} ms: ${slowest}`);
process.exitCode = problems.length === 0 ? 0 : 1;
