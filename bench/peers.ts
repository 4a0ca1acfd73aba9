/**
 * What people would otherwise use, at the same job: the best ten of a hybrid search within days, from the same articles,
 * vectors and queries, one engine after the other, each in a process of its own.
 *
 *     node bench/peers.ts ARTICLES.jsonl [--articles N] [--queries FILE] [--archive DIR] [--only NAME,…] [--work FOLDER]
 *                         [--minutes 60] [--seconds 240] [--build] [--python python3] [--opensearch URL] [--json FILE] [--svg FILE]
 *
 *     ARTICLES     as bench/million.ts makes them
 *     --articles   only so many of them                                               default: all
 *     --queries    .jsonl[.gz] with a `title` or `query` a line                       default: openings of titles
 *     --archive    an archive of these articles for wenxun, made by bench/million.ts  default: one is made
 *     --only       of the names below                                                 default: all but opensearch and orama
 *     --work       where indexes are kept; what was built is not built again
 *     --minutes    for building one index; what takes longer is left out, and said so
 *     --seconds    for asking one peer, after a quarter as long of other searches
 *     --build      build, and ask nothing
 *     --python     one with bench/peers/requirements.txt
 *     --opensearch where a node of OpenSearch listens, for the peer of that name
 *
 * First: `npm install` in bench/peers and `pip install -r bench/peers/requirements.txt`. Prints a Markdown table. apache-arrow is the newest
 * that LanceDB takes.
 *
 * OpenSearch is asked over HTTP, as it is used: a node alone, with the k-NN plugin, without a password, on this machine, so that its memory
 * can be read; start it again between building and asking, or its highest memory is that of building. Articles and queries as for all
 * others. It takes an index `wenxun-peers`, anew at each build.
 *
 * Recall is that of the ten nearest by vector within the days, against an exact scan of the float32 vectors.
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "./million/machine.ts";
import type { ResidentMemory } from "./million/memory.ts";
import { round } from "./million/statistics.ts";
import { dot, findThresholds, judgeAnswers, type PeerVerdict, type Thresholds } from "./peers/judge.ts";
import { makePeerQueries, SHARES } from "./peers/make-queries.ts";
import type { PeerBuild, PeerManifest, PeerReport } from "./peers/protocol.ts";
import { drawChart } from "./plot/chart.ts";

interface Peer {
  /** As people know it. */
  readonly title: string;
  /** Scripts that build what it needs, by name; each is run once. */
  readonly builds: readonly string[];
  /** What it reads when asked, in the work folder. */
  readonly files: readonly string[];
  /** Of ancestor.py; the others are asked by peer.mjs. */
  readonly way?: "kept" | "reloaded";
}

const PEERS = {
  wenxun: { title: "wenxun", builds: ["wenxun"], files: ["wenxun"] },
  "sqlite-vec": {
    title: "FTS5 + sqlite-vec",
    builds: ["fts5", "sqlite-vec"],
    files: ["articles.db", "fts5.db", "sqlite-vec.db"],
  },
  usearch: {
    title: "FTS5 + usearch",
    builds: ["fts5", "usearch"],
    files: ["articles.db", "fts5.db", "usearch.index"],
  },
  lancedb: { title: "LanceDB", builds: ["lancedb"], files: ["lancedb"] },
  "ancestor-kept": {
    title: "FAISS + SQLite, kept",
    builds: ["fts5", "ancestor"],
    files: ["articles.db", "fts5.db", "faiss.index"],
    way: "kept",
  },
  "ancestor-reloaded": {
    title: "FAISS + SQLite, reloaded",
    builds: ["fts5", "ancestor"],
    files: ["articles.db", "fts5.db", "faiss.index"],
    way: "reloaded",
  },
  opensearch: { title: "OpenSearch, one node", builds: ["opensearch"], files: [] },
  orama: { title: "Orama", builds: [], files: [] },
} as const satisfies Record<string, Peer>;
type PeerName = keyof typeof PEERS;

interface BuildTime extends PeerBuild {
  /** On the clock. */
  readonly seconds: number;
}

interface PeerResult {
  readonly name: PeerName;
  /** Why there are no figures. */
  readonly failure?: string;
  /** Of all that it needs; absent where it was made elsewhere. */
  readonly build?: BuildTime | undefined;
  readonly diskMB?: number;
  readonly openMs?: number;
  readonly memory?: ResidentMemory | undefined;
  readonly verdicts?: readonly PeerVerdict[];
}

const QUERIES = 100;
/** Others, asked first and not timed, for a quarter of the time at most. */
const WARM_UP_QUERIES = 100;
/** A small young generation, as `wenxun serve` has, keeps the memory of all of them down; Orama holds everything in the heap. */
const HEAP_FLAGS = ["--max-old-space-size=16000", "--max-semi-space-size=4"];
/** For opening, warming up and the searches that are not timed. */
const GRACE_SECONDS = 1200;
const DEFAULT_PEERS = Object.keys(PEERS).filter((name) => name !== "orama" && name !== "opensearch");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    articles: { type: "string" },
    queries: { type: "string" },
    archive: { type: "string" },
    only: { type: "string", default: DEFAULT_PEERS.join() },
    work: { type: "string", default: join(tmpdir(), "wenxun-peers") },
    minutes: { type: "string", default: "60" },
    seconds: { type: "string", default: "240" },
    build: { type: "boolean", default: false },
    python: { type: "string", default: "python3" },
    opensearch: { type: "string" },
    json: { type: "string" },
    svg: { type: "string" },
  },
});
const [articlesFile] = positionals;
const names = values.only.split(",").filter((name): name is PeerName => name in PEERS);
if (articlesFile === undefined || names.length === 0)
  throw new Error(`usage: node bench/peers.ts ARTICLES.jsonl [--only ${Object.keys(PEERS).join()}]`);
if (names.includes("opensearch") && values.opensearch === undefined)
  throw new Error("opensearch is asked where --opensearch http://HOST:PORT says");
const folder = resolve(values.work);
const scripts = join(import.meta.dirname, "peers");
const buildsFile = join(folder, "builds.json");
/** What each build took. */
const builds: Record<string, BuildTime> = existsSync(buildsFile) ? JSON.parse(readFileSync(buildsFile, "utf8")) : {};

mkdirSync(folder, { recursive: true });
if (!existsSync(join(folder, "manifest.json")))
  run(process.execPath, [join(scripts, "prepare.ts"), articlesFile, folder, values.articles ?? "Infinity"]);
const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as PeerManifest;
if (values.archive !== undefined && !existsSync(join(folder, "wenxun")))
  symlinkSync(resolve(values.archive), join(folder, "wenxun"));

if (values.build) {
  for (const name of names) for (const part of PEERS[name].builds) build(part);
} else {
  await compare();
}

async function compare(): Promise<void> {
  const load = loadavg()[0];
  const options = {
    folder,
    manifest,
    articlesFile: articlesFile ?? "",
    headlines: values.queries,
    count: QUERIES + WARM_UP_QUERIES,
  };
  const made = await makePeerQueries(options);
  const queries = made.slice(0, QUERIES);
  writeFileSync(join(folder, "queries.json"), JSON.stringify(queries));
  writeFileSync(join(folder, "warm-up.json"), JSON.stringify(made.slice(QUERIES)));
  const thresholds = readThresholds();
  const results = names.map(measure);
  const figures = { machine: describeMachine(), load, articles: manifest.rows, queries: queries.length, results };
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
  console.log(
    `${figures.machine}; load before: ${load?.toFixed(1)}; ${manifest.rows} articles, ${queries.length} queries\n`,
  );
  console.log(toTable(results));
  if (values.svg !== undefined) writeFileSync(values.svg, draw(results));

  function measure(name: PeerName): PeerResult {
    const peer: Peer = PEERS[name];
    let whole: BuildTime | undefined = { seconds: 0, cpuSeconds: 0 };
    for (const part of peer.builds) {
      const time = build(part);
      if (time === "failed") return { name, failure: `${part} was not built within ${values.minutes} minutes` };
      whole = time && whole && add(whole, time);
    }
    const ask =
      peer.way === undefined
        ? [process.execPath, ...HEAP_FLAGS, join(scripts, "peer.mjs"), name, "query"]
        : [values.python, join(scripts, "ancestor.py"), peer.way];
    const [command = "", ...args] = ask;
    const output = run(command, [...args, folder, values.seconds], Number(values.seconds) + GRACE_SECONDS);
    if (output === undefined) return { name, failure: "it ended without an answer" };
    const { openMs, memory, diskBytes, answers } = JSON.parse(output) as PeerReport;
    return {
      name,
      build: whole,
      diskMB: round((diskBytes ?? peer.files.reduce((sum, file) => sum + bytesOf(join(folder, file)), 0)) / 1e6, 0),
      openMs: round(openMs, 0),
      memory,
      verdicts: judgeAnswers(answers, queries, thresholds, readCosine),
    };
  }

  /** The exact scan takes a while: it is kept for the queries it was made for. */
  function readThresholds(): Thresholds {
    const file = join(folder, "thresholds.json");
    const key = JSON.stringify(queries.map(({ text, ranges }) => [text, ranges]));
    if (existsSync(file)) {
      const kept = JSON.parse(readFileSync(file, "utf8")) as { key: string; thresholds: Thresholds };
      if (kept.key === key) return kept.thresholds;
    }
    const made = findThresholds(join(folder, "vectors.f32"), manifest, queries);
    writeFileSync(file, JSON.stringify({ key, thresholds: made }));
    return made;
  }

  function readCosine(query: number, row: number): number {
    const vector = new Float32Array(manifest.dimensions);
    const file = openSync(join(folder, "vectors.f32"), "r");
    readSync(file, new Uint8Array(vector.buffer), 0, vector.byteLength, row * vector.byteLength);
    closeSync(file);
    return dot(Float32Array.from(queries[query]?.vector ?? []), vector, 0);
  }
}

function add(a: BuildTime, b: BuildTime): BuildTime {
  return { seconds: round(a.seconds + b.seconds, 1), cpuSeconds: round(a.cpuSeconds + b.cpuSeconds, 1) };
}

/** What it took, this time or an earlier one; undefined where what it makes came from elsewhere. */
function build(part: string): BuildTime | undefined | "failed" {
  const known = builds[part];
  if (known !== undefined) return known;
  if (part === "wenxun" && existsSync(join(folder, "wenxun"))) return undefined;
  const startMs = performance.now();
  const args = part === "ancestor" ? ["ancestor.py", "build", folder] : ["peer.mjs", part, "build", folder];
  const [script = "", ...rest] = args;
  const command = part === "ancestor" ? values.python : process.execPath;
  const output = run(command, [join(scripts, script), ...rest], Number(values.minutes) * 60);
  if (output === undefined) return "failed";
  const { cpuSeconds } = JSON.parse(output) as PeerBuild;
  builds[part] = { seconds: round((performance.now() - startMs) / 1000, 1), cpuSeconds: round(cpuSeconds, 1) };
  writeFileSync(buildsFile, JSON.stringify(builds));
  return builds[part];
}

/** Standard output, or undefined where it failed or took too long. */
function run(command: string, args: readonly string[], seconds?: number): string | undefined {
  const { status, stdout } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["ignore", "pipe", "inherit"],
    // LanceDB would warn at each search.
    env: { ...process.env, LANCEDB_LOG: "error", WENXUN_BENCH_OPENSEARCH: values.opensearch },
    timeout: seconds === undefined ? undefined : seconds * 1000,
  });
  return status === 0 ? stdout : undefined;
}

function bytesOf(path: string): number {
  const real = realpathSync(path);
  if (!statSync(real).isDirectory()) return statSync(real).size;
  return readdirSync(real, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function toTable(results: readonly PeerResult[]): string {
  const own = results.find(({ name }) => name === "wenxun");
  const ownP50 = (share: number): number | undefined =>
    own?.verdicts?.find((verdict) => verdict.share === share)?.ms.p50;
  const lines = [
    `| | ${SHARES.map((share) => `${share * 100} %: p50 / p95 ms, recall, starved`).join(" | ")} | resident MB at most (after: own + files) | open ms | build CPU s | disk MB | slower than wenxun | memory of wenxun's |`,
    `|${"---|".repeat(SHARES.length + 7)}`,
  ];
  for (const { name, failure, verdicts = [], memory, openMs, build: built, diskMB } of results) {
    const { title } = PEERS[name];
    if (failure !== undefined) {
      lines.push(`| ${title} | ${failure} |`);
      continue;
    }
    const cells = SHARES.map((share) => {
      const verdict = verdicts.find((candidate) => candidate.share === share);
      if (verdict === undefined) return "not asked in time";
      const { ms, recall, starved, outside } = verdict;
      const wrong = outside === 0 ? "" : `, ${outside} hits outside of the days`;
      return `${ms.p50.toFixed(1)} / ${ms.p95.toFixed(1)}, ${recall.toFixed(3)}, ${round(starved * 100, 1)} %${wrong}`;
    });
    const slower = SHARES.map((share) => {
      const p50 = verdicts.find((verdict) => verdict.share === share)?.ms.p50;
      const reference = ownP50(share);
      return p50 === undefined || reference === undefined ? "" : `${(p50 / reference).toFixed(1)}×`;
    }).join(" / ");
    const heavier =
      memory === undefined || own?.memory === undefined ? "" : `${(memory.peak / own.memory.peak).toFixed(1)}×`;
    lines.push(
      `| ${title} | ${cells.join(" | ")} | ${memory === undefined ? "–" : `${memory.peak} (${memory.anonymous} + ${memory.file})`} | ${openMs} | ${built?.cpuSeconds ?? "–"} | ${diskMB} | ${slower} | ${heavier} |`,
    );
  }
  return lines.join("\n");
}

/** Time against memory, over all dates and within few of them: the lower left is best. */
function draw(results: readonly PeerResult[]): string {
  const memories = results.flatMap(({ memory }) => memory?.peak ?? []);
  const medians = results.flatMap(({ verdicts = [] }) => verdicts.map(({ ms }) => ms.p50));
  const around = (samples: readonly number[]) => [Math.min(...samples) / 2, Math.max(...samples) * 2] as const;
  const panels = [1, 0.001].map((share) => ({
    title: `Hybrid search, ${share === 1 ? "all dates" : `${share * 100} % of the dates`}, median`,
    x: {
      label: "MB resident at most",
      domain: around(memories),
      format: (value: number) => value.toLocaleString("en"),
    },
    y: { label: "ms", domain: around(medians), format: String },
    joined: false,
    series: results.map(({ name, memory, verdicts }) => {
      const p50 = verdicts?.find((verdict) => verdict.share === share)?.ms.p50;
      return {
        name: PEERS[name].title,
        points: memory === undefined || p50 === undefined ? [] : [[memory.peak, p50] as const],
      };
    }),
  }));
  return drawChart(panels);
}
