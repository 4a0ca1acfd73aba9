/**
 * The system that wenxun descends from, beside it, in a browser: a Streamlit page over a flat FAISS index, an SQLite table and a
 * sentence encoder of four layers, as bench/ancestor/ has them.
 *
 *     node bench/ancestor.ts FOLDER-OR-JSONL --python PYTHON [--articles 200000] [--work FOLDER] [--serve FLAGS]
 *                            [--program FOLDER] [--asks 20] [--people 10] [--pictures FOLDER] [--json FILE]
 *
 *     FOLDER-OR-JSONL  an archive, a file of .jsonl[.gz] or a folder of such files
 *     --python         one with bench/ancestor/requirements.txt
 *     --articles       at most so many lines of the files; an archive is taken whole     default: 200000
 *     --work           where archive, table and index are kept and used again            default: a temporary folder, removed
 *     --serve          flags for `wenxun serve`, e.g. --serve=--max-memory=256m
 *     --program        folder of an installed package that serves                        default: this checkout
 *     --asks           queries of one person over all dates, and as many within a year
 *     --people         how many ask at once, five queries each, twice
 *     --pictures       a picture of each page is put there; it shows texts of the articles
 *     --json           also write the figures there
 *
 * Three ways: everything loaded at each run of the page's script, with the encoder in its process; index and table loaded once,
 * with the encoder in a FastAPI server; and `wenxun serve`. Twenty hits each; all run at the same time and are asked in turn. The encoder has the
 * shape of a TinyBERT and random weights, the vectors of the index are random: neither changes what they cost, and what
 * the ancestor finds is meaningless. Linux only, for memory is read from /proc. First: `pip install -r bench/ancestor/requirements.txt`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { closeBrowser, launchBrowser } from "../test/browser/browser.ts";
import { countQueries, Measurement, type Plan } from "./ancestor/measure.ts";
import { Person } from "./ancestor/person.ts";
import { prepare } from "./ancestor/prepare.ts";
import { toTable } from "./ancestor/report.ts";
import { startWays, type Way } from "./ancestor/ways.ts";
import { describeCommit, describeMachine } from "./million/machine.ts";
import { anyQuery, makeQueries } from "./million/queries.ts";
import { createRandom } from "./million/random.ts";
import { measureYardstick } from "./million/yardstick.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string" },
    articles: { type: "string", default: "200000" },
    work: { type: "string" },
    serve: { type: "string", default: "" },
    program: { type: "string" },
    asks: { type: "string", default: "20" },
    people: { type: "string", default: "10" },
    pictures: { type: "string" },
    json: { type: "string" },
  },
});
const [given] = positionals;
const { python } = values;
if (given === undefined || python === undefined)
  throw new Error("usage: node bench/ancestor.ts FOLDER-OR-JSONL --python PYTHON");

const PLAN: Plan = {
  visits: 6,
  asks: Number(values.asks),
  year: { from: "2021-01-01", to: "2021-12-31" },
  people: Number(values.people),
  rounds: 2,
  each: 5,
};

const versions = readVersions(python);
const folder = resolve(values.work ?? mkdtempSync(join(tmpdir(), "wenxun-ancestor-")));
mkdirSync(folder, { recursive: true });
let ways: readonly Way[] = [];
try {
  const prepared = await prepare({ given: resolve(given), count: Number(values.articles), folder, python });
  const queries = pickQueries(prepared.articlesFile, countQueries(PLAN));
  const before = { load: loadavg()[0] ?? Number.NaN, yardstickMs: measureYardstick() };
  ways = await startWays({ prepared, python, serve: values.serve.split(" ").filter(Boolean), program: values.program });
  const figures = await new Measurement(await launchBrowser(), PLAN, queries).run(ways);
  if (values.pictures !== undefined) await takePictures(values.pictures, queries[0] ?? "");
  const after = { load: loadavg()[0] ?? Number.NaN, yardstickMs: measureYardstick() };
  const told = [
    `${describeMachine()}; this bench at commit ${describeCommit()}, wenxun ${values.program === undefined ? "from this checkout" : "from a package"}`,
    `load ${before.load.toFixed(1)} before, ${after.load.toFixed(1)} after; yardstick ${before.yardstickMs} ms before, ${after.yardstickMs} ms after`,
    `${versions}; wenxun serve ${values.serve}`,
    `${countLines(prepared.articlesFile)} articles, ${PLAN.asks} queries of one person for each range, ${PLAN.people * PLAN.rounds * PLAN.each} of ${PLAN.people} people`,
  ];
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ told, before, after, figures }, undefined, 2)}\n`);
  console.log(`${told.join("\n")}\n\n${toTable(figures, PLAN.people)}`);
} finally {
  await closeBrowser();
  await Promise.all(ways.map((way) => way.stop()));
  if (values.work === undefined) rmSync(folder, { recursive: true });
}

/** Different ones: openings of titles, common words, two words of one article. */
function pickQueries(articlesFile: string, count: number): string[] {
  const set = makeQueries(articlesFile, undefined);
  const random = createRandom(17);
  const picked = new Set<string>();
  for (let tries = 0; picked.size < count && tries < 50 * count; tries++) picked.add(anyQuery(set, random).trim());
  picked.delete("");
  return [...picked];
}

/** As large as a window, to be looked at: whether each way really shows results. */
async function takePictures(target: string, query: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  for (const way of ways) {
    const person = await Person.open(await launchBrowser(), way);
    await person.ask(query);
    await person.page.screenshot({ path: join(target, `${way.name}.png`) });
    await person.close();
  }
}

/** @throws where Python or one of the packages is missing */
function readVersions(program: string): string {
  const packages = ["streamlit", "faiss-cpu", "onnxruntime", "fastapi"];
  const code = `import platform, importlib.metadata as m; print("Python ", platform.python_version(), *(f", {p} {m.version(p)}" for p in "${packages.join(" ")}".split()), sep="")`;
  try {
    return execFileSync(program, ["-c", code], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch (cause) {
    throw new Error(`${program} is no Python with the packages of bench/ancestor/requirements.txt`, { cause });
  }
}

function countLines(file: string): number {
  return Number(execFileSync("wc", ["-l", file], { encoding: "utf8" }).split(" ")[0]);
}
