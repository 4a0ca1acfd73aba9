/** One way of answering requests, measured; prints figures as JSON: node bench/reload/client.ts ARCHIVE anew|shared SECONDS */

import { PLAIN_REQUEST, type SearchRequest } from "../../src/archive/request.ts";
import { type LocalBackend, openBackend } from "../../src/compose/open-backend.ts";

export interface ReloadFigures {
  readonly articles: number;
  /** Of one client. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Processor time of a request, all threads; hardly changed by what else runs on the machine. */
  readonly cpuMs: number;
  /** Of eight clients. */
  readonly requestsPerSecond: number;
  /** 10⁶ bytes; the most that was resident at any time. */
  readonly peakMegabytes: number;
  readonly encoderLoads: number;
}

const CLIENTS = 8;
const QUERIES = 200;

const [folder, way, seconds] = process.argv.slice(2);
if (folder === undefined || (way !== "anew" && way !== "shared"))
  throw new Error("usage: client.ts ARCHIVE anew|shared SECONDS");
const durationMs = Number(seconds) * 1000;

let encoderLoads = 0;
const open = async (): Promise<LocalBackend> => {
  encoderLoads++;
  return openBackend({ folder, encoder: { kind: "builtin" } });
};
const shared = way === "shared" ? await open() : undefined;
const { queries, articles } = await readQueries();

async function answer(query: string): Promise<void> {
  if (shared !== undefined) {
    await shared.search.search(toRequest(query));
    return;
  }
  await using app = await open();
  await app.search.search(toRequest(query));
}

// The first requests compile the code: they are not told.
for (const query of queries.slice(0, 5)) await answer(query);
encoderLoads = shared === undefined ? 0 : 1;

const cpuBefore = process.cpuUsage();
const latencies = (await runClients(1)).sort((a, b) => a - b);
const cpu = process.cpuUsage(cpuBefore);
const startedMs = performance.now();
const { length: answered } = await runClients(CLIENTS);
const at = (part: number): number => latencies[Math.floor(part * (latencies.length - 1))] ?? 0;
const figures: ReloadFigures = {
  articles,
  p50Ms: at(0.5),
  p95Ms: at(0.95),
  cpuMs: (cpu.user + cpu.system) / 1000 / latencies.length,
  requestsPerSecond: (answered * 1000) / (performance.now() - startedMs),
  peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
  encoderLoads,
};
await shared?.[Symbol.asyncDispose]();
console.log(JSON.stringify(figures));

/** Resolves to the latency of every request, in ms. */
async function runClients(count: number): Promise<number[]> {
  const times: number[] = [];
  const endMs = performance.now() + durationMs;
  let next = 0;
  const client = async () => {
    while (performance.now() < endMs) {
      const startMs = performance.now();
      await answer(queries[next++ % queries.length] ?? "");
      times.push(performance.now() - startMs);
    }
  };
  await Promise.all(Array.from({ length: count }, client));
  return times;
}

/** Titles from all over the archive. */
async function readQueries(): Promise<{ queries: string[]; articles: number }> {
  const app = shared ?? (await open());
  try {
    using snapshot = await app.archive.reader.snapshot();
    const keys = snapshot.segments.flatMap(({ articleKeys }) => {
      const step = Math.max(1, Math.floor(articleKeys.length / QUERIES));
      return Array.from({ length: Math.ceil(articleKeys.length / step) }, (_, index) => articleKeys[index * step] ?? 0);
    });
    const titles = snapshot.articles(keys).flatMap((article) => article?.title ?? []);
    return { queries: titles, articles: snapshot.articleCount };
  } finally {
    if (app !== shared) await app[Symbol.asyncDispose]();
  }
}

function toRequest(query: string): SearchRequest {
  return { ...PLAIN_REQUEST, query };
}
