/**
 * Mixed requests to `wenxun serve` for half an hour, with articles coming in all the while: no request may fail, and memory must
 * stay flat.
 *
 *     node bench/soak.ts ARCHIVE [--minutes 30] [--clients 4] [--pause 50] [--from FOLDER] [--queries FILE]
 *                        [--batch 50] [--every 5] [--serve FLAGS] [--json FILE]
 *
 *     ARCHIVE    articles are added to it
 *     --minutes  how long
 *     --clients  who ask at the same time
 *     --pause    ms that a client waits between a reply and its next request, on average
 *     --from     folder of .jsonl[.gz] articles to make new ones of                default: the sample
 *     --queries  .jsonl[.gz] with a `title` or `query` a line: headlines           default: openings of titles in --from
 *     --batch    articles that come in at a time, one in ten of them an update
 *     --every    seconds between batches
 *     --serve    flags for `wenxun serve`, e.g. --serve=--max-memory=256m
 *
 * Three in five requests are searches of all modes, ranges of dates and pages; the others are pages of results, articles as
 * JSON and as pages, similar articles, feeds, status and metrics. The slope of resident memory is that of its mean over each half
 * minute, by least squares over the last two thirds of the time. Needs Linux. Fails when a request does.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Reply, runLoad } from "./million/load.ts";
import { describeCommit, describeMachine } from "./million/machine.ts";
import { makeArticles, readLines } from "./million/make-articles.ts";
import { MemorySampler } from "./million/memory.ts";
import { anyQuery, makeQueries } from "./million/queries.ts";
import { createRandom } from "./million/random.ts";
import { SHARES, searchPath } from "./million/requests.ts";
import { fitLine, percentiles, round } from "./million/statistics.ts";
import { serveArchive } from "./million/wenxun-process.ts";

const TOKEN = "a-token-for-the-soak";
const UPDATE_SHARE = 0.1;
/** Ids kept to ask for. */
const KNOWN_IDS = 1000;
const MEAN_OVER_SECONDS = 30;
const MODES = ["hybrid", "hybrid", "hybrid", "semantic", "keyword"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "30" },
    clients: { type: "string", default: "4" },
    pause: { type: "string", default: "50" },
    from: { type: "string", default: join(import.meta.dirname, "..", "sample", "articles.jsonl") },
    queries: { type: "string" },
    batch: { type: "string", default: "50" },
    every: { type: "string", default: "5" },
    serve: { type: "string", default: "" },
    json: { type: "string" },
  },
});
const [archive] = positionals;
if (archive === undefined) throw new Error("usage: node bench/soak.ts ARCHIVE");
const durationMs = Number(values.minutes) * 60_000;
const batchSize = Number(values.batch);
const batches = Math.ceil(durationMs / 1000 / Number(values.every));
const random = createRandom(Date.now());
const failures: string[] = [];

const work = mkdtempSync(join(tmpdir(), "wenxun-soak-"));
try {
  const incoming = join(work, "incoming.jsonl");
  const count = Math.max(1000, batches * batchSize);
  await makeArticles({ from: values.from, target: incoming, count, name: `soak-${Date.now()}`, seed: Date.now() });
  const report = await soak(readLines(incoming), makeQueries(incoming, values.queries));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(JSON.stringify({ ...report, samples: undefined }, undefined, 2));
} finally {
  rmSync(work, { recursive: true });
}
if (failures.length > 0) process.exitCode = 1;

async function soak(lines: readonly string[], queries: ReturnType<typeof makeQueries>) {
  const server = await serveArchive(archive ?? "", [...values.serve.split(" ").filter(Boolean), "--token", TOKEN]);
  const { url, pid } = server;
  const sampler = new MemorySampler(pid);
  const startMs = performance.now();
  const isOver = (): boolean => performance.now() - startMs >= durationMs;
  const ids: string[] = [];
  const times: Record<string, number[]> = {};
  const before = await countArticles(url);
  try {
    const next = async (): Promise<string | undefined> => {
      await wait(2 * random.next() * Number(values.pause));
      return isOver() ? undefined : choosePath();
    };
    const [load, added] = await Promise.all([
      runLoad({ url, concurrency: Number(values.clients), next, onReply }),
      addArticles(),
    ]);
    const { last, peak, samples } = sampler.stop();
    const settled = meanEvery(samples.filter(({ seconds }) => seconds * 3000 > durationMs));
    const line = settled.length < 3 ? undefined : fitLine(settled.map(({ hours, total }) => [hours, total]));
    return {
      machine: describeMachine(),
      commit: describeCommit(),
      flags: values.serve,
      load: loadavg()[0],
      minutes: Number(values.minutes),
      clients: Number(values.clients),
      articles: { before, after: await countArticles(url), added },
      requests: load.ms.count,
      perSecond: load.perSecond,
      statuses: load.statuses,
      failures: failures.slice(0, 20),
      msByKind: Object.fromEntries(Object.entries(times).map(([kind, ms]) => [kind, percentiles(ms)])),
      residentMB: {
        first: samples[0]?.total,
        last,
        peak,
        slopePerHour: line && round(line.slope, 2),
        slopeError: line && round(line.slopeError, 2),
      },
      samples: meanEvery(samples),
    };
  } finally {
    sampler.stop();
    await server.stop();
  }

  function choosePath(): string {
    const query = anyQuery(queries, random);
    const pick = random.next();
    const id = ids[random.below(ids.length)];
    if (pick < 0.6 || id === undefined) {
      const mode = MODES[random.below(MODES.length)] ?? "hybrid";
      const share = SHARES[random.below(SHARES.length)] ?? 1;
      return searchPath({ query, mode, share, offset: 10 * random.below(4) }, random);
    }
    const path = encodeURIComponent(id);
    if (pick < 0.7) return searchPath({ query, mode: "hybrid", share: 1 }, random).replace("/api/search", "/");
    if (pick < 0.78) return `/api/articles/${path}`;
    if (pick < 0.84) return `/articles/${path}`;
    if (pick < 0.94) return `/api/articles/${path}/similar`;
    if (pick < 0.96) return `/feed.atom?${new URLSearchParams({ q: query })}`;
    return pick < 0.98 ? "/api/status" : "/metrics";
  }

  function onReply({ path, status, ms, body }: Reply): void {
    const kind = path.replace(/\?.*/, "").replace(/articles\/[^/]+/, "articles/:id");
    times[kind] ??= [];
    times[kind].push(ms);
    if (status !== "200") failures.push(`${status} ${path}: ${body.slice(0, 300)}`);
    if (status !== "200" || kind !== "/api/search") return;
    for (const { id } of (JSON.parse(body) as { hits: { id: string }[] }).hits) ids.push(id);
    if (ids.length > KNOWN_IDS) ids.splice(0, ids.length - KNOWN_IDS);
  }

  /** Sends a batch every so often, some of it articles sent before with another title. */
  async function addArticles(): Promise<number> {
    let sent = 0;
    for (let batch = 0; batch < batches && !isOver(); batch++) {
      const articles = lines.slice(sent, sent + batchSize).map((line) => JSON.parse(line) as { title: string });
      for (let update = 0; update < UPDATE_SHARE * batchSize && sent > 0; update++) {
        const old = JSON.parse(lines[random.below(sent)] ?? "{}") as { title: string };
        articles.push({ ...old, title: `${old.title} ${batch}` });
      }
      const status = await postArticles(articles);
      if (status === "200") sent += batchSize;
      else failures.push(`${status} POST /api/articles`);
      const dueMs = (batch + 1) * Number(values.every) * 1000;
      await wait(Math.max(0, dueMs - (performance.now() - startMs)));
    }
    return sent;
  }

  function postArticles(articles: readonly object[]): Promise<string> {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    return fetch(`${url}/api/articles`, { method: "POST", headers, body: JSON.stringify(articles) }).then(
      async (response) => {
        await response.arrayBuffer();
        return String(response.status);
      },
      (error: Error) => error.message,
    );
  }
}

async function countArticles(url: string): Promise<number | undefined> {
  const status = (await (await fetch(`${url}/api/status`)).json()) as { archive?: { articles: number } };
  return status.archive?.articles;
}

/** Means of half minutes. */
function meanEvery(samples: readonly { readonly seconds: number; readonly total: number }[]) {
  const groups = Map.groupBy(samples, ({ seconds }) => Math.floor(seconds / MEAN_OVER_SECONDS));
  return [...groups].map(([part, group]) => ({
    hours: ((part + 0.5) * MEAN_OVER_SECONDS) / 3600,
    total: round(group.reduce((sum, { total }) => sum + total, 0) / group.length, 2),
  }));
}
