/**
 * Searches an archive and prints what it took as JSON: node bench/million/search-child.ts ARCHIVE QUERIES.json
 * The queries are a JSON array of strings.
 */
import { readFileSync } from "node:fs";
import { openApp } from "../../src/app.ts";
import type { ArchiveReader } from "../../src/archive/archive.ts";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchMode, type SearchRequest } from "../../src/search/search.ts";
import { residentMemory } from "./memory.ts";
import { createRandom, type Random } from "./random.ts";

const SHARES = [1, 0.5, 0.1, 0.01, 0.001];
/** Searches for each mode and share of the dates. */
const ROUNDS = 200;

const [folder, queriesPath] = process.argv.slice(2);
if (folder === undefined || queriesPath === undefined) throw new Error("usage: search-child.ts ARCHIVE QUERIES.json");
const queries = JSON.parse(readFileSync(queriesPath, "utf8")) as string[];

await using app = await openApp({ folder, encoder: { kind: "builtin" } });
const openedMs = performance.now();
await app.search.search(request("", "hybrid", {}));
const readyMs = performance.now();
const ready = residentMemory();
const { days, segments, articles } = await describe(app.archive);

const latencies = [];
for (const mode of SEARCH_MODES) {
  for (const share of SHARES) {
    const random = createRandom(share * 1000);
    const times: number[] = [];
    let hits = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const query = queries[random.below(queries.length)] as string;
      const start = performance.now();
      const result = await app.search.search(request(query, mode, share === 1 ? {} : randomRange(days, share, random)));
      times.push(performance.now() - start);
      hits += result.hits.length;
    }
    times.sort((a, b) => a - b);
    const at = (part: number): number => Math.round((times[Math.floor(part * (times.length - 1))] ?? 0) * 100) / 100;
    latencies.push({ mode, share, p50: at(0.5), p95: at(0.95), p99: at(0.99), hitsPerSearch: hits / ROUNDS });
  }
}
console.log(
  JSON.stringify({
    articles,
    segments,
    // Since the process was started.
    openedMs: Math.round(openedMs),
    readyMs: Math.round(readyMs),
    ready,
    afterSearches: residentMemory(),
    latencies,
  }),
);

function request(query: string, mode: SearchMode, range: { from?: string; to?: string }): SearchRequest {
  return { ...PLAIN_REQUEST, query, mode, ...range };
}

/** The day of every thousandth part of the dated articles, ascending: 1001 entries. */
async function describe(archive: ArchiveReader): Promise<{ days: string[]; segments: number[]; articles: number }> {
  using snapshot = await archive.snapshot();
  const times: number[] = [];
  for (const { publishedAtMs } of snapshot.segments) {
    const step = Math.max(1, Math.floor(snapshot.articleCount / 100_000));
    for (let row = 0; row < publishedAtMs.length; row += step) times.push(publishedAtMs[row] as number);
  }
  const dated = times.filter(Number.isFinite).sort((a, b) => a - b);
  const days = Array.from({ length: 1001 }, (_, part) => {
    const time = dated[Math.floor((part / 1000) * (dated.length - 1))] ?? 0;
    return new Date(time).toISOString().slice(0, 10);
  });
  return { days, segments: snapshot.segments.map(({ rows }) => rows), articles: snapshot.articleCount };
}

/** Days that hold about a share of the articles. */
function randomRange(days: readonly string[], share: number, random: Random): { from: string; to: string } {
  const parts = Math.round(share * 1000);
  const first = random.below(1000 - parts + 1);
  return { from: days[first] as string, to: days[first + parts] as string };
}
