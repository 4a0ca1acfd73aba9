/**
 * One command from nothing to figures: makes articles, imports them, serves them, searches them over HTTP.
 *
 *     node bench/million.ts [--articles 1000000] [--from FOLDER] [--queries FILE] [--work FOLDER] [--serve FLAGS]
 *                           [--import FLAGS] [--beside 20000] [--rounds 200] [--json FILE]
 *
 *     --articles  how many to make                                             default 1000000
 *     --from      folder of .jsonl[.gz] articles to recombine                  default: the sample
 *     --queries   .jsonl[.gz] with a `title` or `query` a line: headlines      default: openings of titles in --from
 *     --work      where articles and archive are kept and used again           default: a temporary folder, removed
 *     --serve     flags for `wenxun serve`, e.g. --serve=--max-memory=256m
 *     --import    flags for `wenxun import`
 *     --beside    how many articles are imported, into a copy, while searches go on; 0: none
 *     --rounds    searches for each line of the tables                         default 200
 *     --json      also write the figures there
 *
 * Nothing else should run on the machine; the load before and after is told. Files are in the page cache as an import leaves
 * them. Latency is end to end: from sending a request over a kept connection to the last byte of the reply.
 */
import {
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { runLoad, take } from "./million/load.ts";
import { describeCommit, describeMachine } from "./million/machine.ts";
import { makeArticles } from "./million/make-articles.ts";
import { MemorySampler, residentMemory } from "./million/memory.ts";
import { anyQuery, makeQueries, QUERY_CLASSES, readHead } from "./million/queries.ts";
import { createRandom } from "./million/random.ts";
import { type MillionFigures, toTables } from "./million/report.ts";
import { mixedSearch, SHARES, searchPath } from "./million/requests.ts";
import { percentiles, round } from "./million/statistics.ts";
import { importFile, serveArchive } from "./million/wenxun-process.ts";
import { measureYardstick } from "./million/yardstick.ts";

const MODES = ["hybrid", "semantic", "keyword"];
const MIXED_SEARCHES = 2000;
const MIXED_CLIENTS = 8;
/** After starting, before memory is called idle. */
const IDLE_MS = 2000;
const WARM_UP = 20;

const { values } = parseArgs({
  options: {
    articles: { type: "string", default: "1000000" },
    from: { type: "string", default: join(import.meta.dirname, "..", "sample", "articles.jsonl") },
    queries: { type: "string" },
    work: { type: "string" },
    serve: { type: "string", default: "" },
    import: { type: "string", default: "" },
    beside: { type: "string", default: "20000" },
    rounds: { type: "string", default: "200" },
    json: { type: "string" },
  },
});
const count = Number(values.articles);
const rounds = Number(values.rounds);
const beside = Number(values.beside);
const serveFlags = values.serve.split(" ").filter(Boolean);
const importFlags = values.import.split(" ").filter(Boolean);
const work = values.work ?? mkdtempSync(join(tmpdir(), "wenxun-million-"));
mkdirSync(work, { recursive: true });
try {
  const figures = await measure();
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
  console.log(toTables(figures));
} finally {
  if (values.work === undefined) rmSync(work, { recursive: true });
}

async function measure(): Promise<MillionFigures> {
  const loadBefore = loadavg()[0] ?? 0;
  const yardstickBefore = measureYardstick();
  const articles = join(work, `articles-${count}.jsonl`);
  if (!existsSync(articles)) await makeArticles({ from: values.from, target: articles, count });
  const archive = join(work, `archive-${count}`);
  const imported = existsSync(archive) ? undefined : await importFile(articles, archive, importFlags);
  const archiveMB = round(folderBytes(archive) / 1e6, 0);
  const queries = makeQueries(articles, values.queries);
  return {
    machine: describeMachine(),
    commit: describeCommit(),
    flags: { serve: values.serve, import: values.import },
    articles: count,
    medianBody: medianBody(articles),
    articlesMB: round(statSync(articles).size / 1e6, 0),
    archiveMB,
    imported,
    started: await measureStart(),
    ...(await measureSearches()),
    mixed: await measureMixed(),
    beside: beside > 0 ? await measureBeside() : undefined,
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
    yardstickMs: [yardstickBefore, measureYardstick()],
  };

  async function measureStart() {
    const readyMs: number[] = [];
    for (let run = 0; run < 5; run++) {
      const server = await serveArchive(archive, serveFlags);
      readyMs.push(server.readyMs);
      await server.stop();
    }
    return percentiles(readyMs);
  }

  /** One after the other, and by more clients. */
  async function measureSearches() {
    const server = await serveArchive(archive, serveFlags);
    const { url, pid } = server;
    try {
      await wait(IDLE_MS);
      const idle = residentMemory(pid);
      const random = createRandom(3);
      await runLoad({ url, concurrency: 1, next: take(WARM_UP, () => mixedSearch(queries, random)) });
      const byRange = [];
      for (const mode of MODES) {
        for (const share of SHARES) {
          const next = take(rounds, () => searchPath({ query: anyQuery(queries, random), mode, share }, random));
          byRange.push({ mode, share, ...(await runLoad({ url, concurrency: 1, next })) });
        }
      }
      const byClass = [];
      for (const mode of MODES) {
        for (const kind of QUERY_CLASSES) {
          const among = queries[kind];
          let turn = 0;
          const next = take(rounds, () =>
            searchPath({ query: among[turn++ % among.length] ?? "", mode, share: 1 }, random),
          );
          byClass.push({ mode, kind, ...(await runLoad({ url, concurrency: 1, next })) });
        }
      }
      const byClients = [];
      for (const concurrency of [1, 2, 8, 16]) {
        const next = take(2 * rounds, () =>
          searchPath({ query: anyQuery(queries, random), mode: "hybrid", share: 1 }, random),
        );
        byClients.push({ concurrency, ...(await runLoad({ url, concurrency, next })) });
      }
      return { idle, byRange, byClass, byClients, afterSearches: residentMemory(pid) };
    } finally {
      await server.stop();
    }
  }

  /** A server of its own, so that its peak is that of these searches. */
  async function measureMixed() {
    const server = await serveArchive(archive, serveFlags);
    const sampler = new MemorySampler(server.pid);
    try {
      const random = createRandom(5);
      const next = take(MIXED_SEARCHES, () => mixedSearch(queries, random));
      const load = await runLoad({ url: server.url, concurrency: MIXED_CLIENTS, next });
      return { ...load, memory: sampler.stop() };
    } finally {
      sampler.stop();
      await server.stop();
    }
  }

  /** Hybrid searches one after the other, without an import and with one. */
  async function measureBeside() {
    const file = join(work, "beside.jsonl");
    await makeArticles({ from: values.from, target: file, count: beside, name: "beside", seed: 1 });
    const copy = join(work, "archive-beside");
    rmSync(copy, { recursive: true, force: true });
    cpSync(archive, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
    const server = await serveArchive(copy, serveFlags);
    const sampler = new MemorySampler(server.pid);
    try {
      const search = (seed: number, goOn: (asked: number) => boolean) => {
        const random = createRandom(seed);
        let asked = 0;
        const next = () =>
          goOn(asked++)
            ? searchPath({ query: anyQuery(queries, random), mode: "hybrid", share: 1 }, random)
            : undefined;
        return runLoad({ url: server.url, concurrency: 1, next });
      };
      await search(1, (asked) => asked < WARM_UP);
      const alone = await search(2, (asked) => asked < 2 * rounds);
      let importing = true;
      const work = importFile(file, copy, importFlags).finally(() => {
        importing = false;
      });
      const [during, imported] = await Promise.all([search(2, () => importing), work]);
      return { alone, during, imported, memory: sampler.stop() };
    } finally {
      sampler.stop();
      await server.stop();
      rmSync(file);
      rmSync(copy, { recursive: true });
    }
  }
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
