/**
 * One command from nothing to figures: makes articles, imports them, searches them.
 *
 *     node bench/million.ts [--articles 1000000] [--from FOLDER] [--queries FILE] [--work FOLDER] [--json FILE]
 *
 *     --articles  how many to make                                       default 1000000
 *     --from      folder of .jsonl[.gz] articles to recombine            default: the sample
 *     --queries   .jsonl[.gz] with a `title` or `query` a line           default: openings of titles in --from
 *     --work      where articles and archive are kept and used again     default: a temporary folder, removed
 *     --json      also write the figures there
 *
 * Import and searches run in processes of their own, so that their memory is theirs. Latency is that of the search service
 * in its process, one search at a time; nothing else should run on the machine.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeArticles, readLines } from "./million/make-articles.ts";
import type { ResidentMemory } from "./million/memory.ts";
import { createRandom } from "./million/random.ts";

interface ImportFigures {
  readonly stored: number;
  readonly rejected: number;
  readonly failure?: string;
  readonly importSeconds: number;
  readonly compactSeconds: number;
  readonly importMemory?: ResidentMemory;
  readonly memory?: ResidentMemory;
}

interface SearchFigures {
  readonly articles: number;
  readonly segments: readonly number[];
  readonly openedMs: number;
  readonly readyMs: number;
  readonly ready?: ResidentMemory;
  readonly afterSearches?: ResidentMemory;
  readonly latencies: readonly {
    readonly mode: string;
    readonly share: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly hitsPerSearch: number;
  }[];
}

const QUERIES = 500;
/** What the launcher gives `wenxun serve`; see bin/node.mjs. */
const SERVE_FLAGS = ["--max-semi-space-size=4"];

const { values } = parseArgs({
  options: {
    articles: { type: "string", default: "1000000" },
    from: { type: "string", default: join(import.meta.dirname, "..", "sample", "articles.jsonl") },
    queries: { type: "string" },
    work: { type: "string" },
    json: { type: "string" },
  },
});
const count = Number(values.articles);
const work = values.work ?? mkdtempSync(join(tmpdir(), "wenxun-million-"));
mkdirSync(work, { recursive: true });
try {
  await measure();
} finally {
  if (values.work === undefined) rmSync(work, { recursive: true });
}

async function measure(): Promise<void> {
  const articles = join(work, `articles-${count}.jsonl`);
  if (!existsSync(articles)) await makeArticles(values.from, articles, count);
  const queries = join(work, "queries.json");
  writeFileSync(
    queries,
    JSON.stringify(values.queries === undefined ? titlesOf(articles) : readQueries(values.queries)),
  );

  const archive = join(work, `archive-${count}`);
  let imported: ImportFigures | undefined;
  if (!existsSync(archive)) imported = (await runChild([], "import-child.ts", articles, archive)) as ImportFigures;
  const searched = (await runChild(SERVE_FLAGS, "search-child.ts", archive, queries)) as SearchFigures;
  const figures = {
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: import.meta.dirname,
      encoding: "utf8",
    }).trim(),
    articles: count,
    medianBody: medianBody(articles),
    articlesMB: statSync(articles).size / 1e6,
    archiveMB: folderBytes(archive) / 1e6,
    imported,
    searched,
  };
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
  print(figures);
}

function runChild(flags: readonly string[], script: string, ...args: string[]): Promise<unknown> {
  const path = join(import.meta.dirname, "million", script);
  const child = spawn(process.execPath, [...flags, path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`${script} ended with ${code}`));
    });
  });
}

/** Openings of made titles: what somebody types who half remembers an article. */
function titlesOf(articles: string): string[] {
  const random = createRandom(7);
  const lines = readHead(articles, 20 * QUERIES);
  return Array.from({ length: QUERIES }, () => {
    const { title } = JSON.parse(lines[random.below(lines.length)] as string) as { title: string };
    return title.slice(0, 4 + random.below(12));
  });
}

function readQueries(path: string): string[] {
  const lines = readLines(path);
  const step = Math.max(1, Math.floor(lines.length / QUERIES));
  return lines
    .filter((_, index) => index % step === 0)
    .slice(0, QUERIES)
    .map((line) => {
      const { query, title } = JSON.parse(line) as { query?: string; title?: string };
      return query ?? title ?? "";
    });
}

/** The first lines of a file, without reading all of it. */
function readHead(path: string, lines: number): string[] {
  return execFileSync("head", ["-n", String(lines), path], { encoding: "utf8", maxBuffer: 2 ** 30 })
    .split("\n")
    .filter(Boolean);
}

function medianBody(articles: string): number {
  const lengths = readHead(articles, 10_000).map((line) => (JSON.parse(line) as { body: string }).body.length);
  return lengths.sort((a, b) => a - b)[lengths.length >> 1] ?? 0;
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function print(figures: {
  readonly machine: string;
  readonly commit: string;
  readonly articles: number;
  readonly medianBody: number;
  readonly articlesMB: number;
  readonly archiveMB: number;
  readonly imported: ImportFigures | undefined;
  readonly searched: SearchFigures;
}): void {
  const { imported, searched } = figures;
  const memory = (at: ResidentMemory | undefined): string =>
    at === undefined ? "unknown" : `${at.total} MB (${at.anonymous} own, ${at.file} files; at most ${at.peak})`;
  console.log(`${figures.machine}, commit ${figures.commit}`);
  console.log(
    `articles      ${figures.articles}, median body ${figures.medianBody} characters, ${figures.articlesMB.toFixed(0)} MB of JSON`,
  );
  if (imported !== undefined) {
    const { stored, importSeconds, compactSeconds } = imported;
    console.log(
      `import        ${stored} stored, ${imported.rejected} rejected, ${importSeconds.toFixed(0)} s: ${Math.round(stored / importSeconds)} a second; then compacted in ${compactSeconds.toFixed(0)} s`,
    );
    if (imported.failure !== undefined) console.log(`              ended by: ${imported.failure}`);
    console.log(`              resident ${memory(imported.importMemory)}, after compaction ${memory(imported.memory)}`);
  }
  console.log(
    `archive       ${figures.archiveMB.toFixed(0)} MB, ${searched.articles} articles in segments of ${searched.segments.join(", ")}`,
  );
  console.log(`start         open after ${searched.openedMs} ms, first search answered after ${searched.readyMs} ms`);
  console.log(`resident      ready: ${memory(searched.ready)}`);
  console.log(`              after the searches: ${memory(searched.afterSearches)}\n`);
  console.log("| mode | dates | p50 ms | p95 ms | p99 ms | hits |\n|---|---|---|---|---|---|");
  for (const { mode, share, p50, p95, p99, hitsPerSearch } of searched.latencies)
    console.log(`| ${mode} | ${share * 100} % | ${p50} | ${p95} | ${p99} | ${hitsPerSearch.toFixed(1)} |`);
}
