/**
 * How long it takes from the commit of an article until what it matches among many followed searches stands in the outbox.
 *
 *     node bench/alerts.ts ARTICLES.jsonl.gz [--alerts 10000] [--articles 1000] [--seconds 60] [--stored 20000]
 *
 * Of the file, the first articles are stored before, then as many as asked for one batch of ten after the other over the time that is given, while the loop of
 * a server holds them against the searches in the same process. Searches are pairs of words and openings of titles from the rest of
 * the file: seven of ten hybrid, two by keyword, one by meaning.
 */
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createGunzip } from "node:zlib";
import { DEFAULT_DIGEST_MINUTE } from "../src/alerts/alert.ts";
import { toFollowedSearch } from "../src/alerts/followed-search.ts";
import { runAlerts } from "../src/alerts/run-alerts.ts";
import { findStart } from "../src/alerts/take-new-articles.ts";
import type { Article } from "../src/archive/article.ts";
import { PLAIN_REQUEST, type SearchMode } from "../src/archive/request.ts";
import { openAlerting } from "../src/compose/alerting.ts";
import { openForWriting } from "../src/compose/open-backend.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    alerts: { type: "string", default: "10000" },
    articles: { type: "string", default: "1000" },
    seconds: { type: "string", default: "60" },
    stored: { type: "string", default: "20000" },
  },
});
const [path] = positionals;
if (path === undefined)
  throw new Error("usage: alerts.ts ARTICLES.jsonl.gz [--alerts N] [--articles N] [--seconds N] [--stored N]");
const wanted = {
  alerts: Number(values.alerts),
  articles: Number(values.articles),
  seconds: Number(values.seconds),
  stored: Number(values.stored),
};

/** Articles that are stored together. */
const BATCH = 10;

const all: Article[] = [];
const input = createReadStream(path);
const lines = createInterface({ input: input.pipe(createGunzip()) });
for await (const line of lines) {
  const { id, title = "", body = "", source, category } = JSON.parse(line);
  if (title.length >= 8) all.push({ id: String(id), title, body, source, category, publishedAtMs: Date.now() });
  if (all.length >= wanted.stored + wanted.articles + wanted.alerts) break;
}
// What is left of the file is not read while it is measured.
input.destroy();
const stored = all.slice(0, wanted.stored);
const fresh = all.slice(wanted.stored, wanted.stored + wanted.articles);
const titles = all.slice(wanted.stored + wanted.articles).map(({ title }) => title);

/** What somebody might follow: two characters, two pairs, or the opening of a headline. */
function toQuery(index: number): string {
  const title = (titles[index % titles.length] ?? "").replace(/[^\p{L}\p{N}]+/gu, "");
  if (index % 3 === 0) return title.slice(0, 4);
  return index % 3 === 1 ? `${title.slice(0, 2)} ${title.slice(3, 5)}` : title.slice(0, 12);
}
const toMode = (index: number): SearchMode => (index % 10 < 7 ? "hybrid" : index % 10 < 9 ? "keyword" : "semantic");

const root = mkdtempSync(join(tmpdir(), "wenxun-bench-alerts-"));
try {
  const folder = join(root, "archive");
  await using backend = await openForWriting({ folder, encoder: { kind: "builtin" }, timezone: "Asia/Shanghai" });
  for (let start = 0; start < stored.length; start += 2000) await backend.writer.put(stored.slice(start, start + 2000));
  await using alerting = openAlerting(backend, {
    ...{ folder, smtp: undefined, mailFrom: undefined, fetchAllow: [], fetchContact: undefined, fetchTimeoutMs: 5000 },
  });
  const { alerts, archive, progress, matcher, database } = alerting;
  const sinceSequence = await findStart(archive, progress);
  for (let index = 0; index < wanted.alerts; index++) {
    alerts.add(
      {
        search: { ...toFollowedSearch(PLAIN_REQUEST), query: toQuery(index), mode: toMode(index) },
        ...{ inPieces: false, channel: "webhook", address: "https://receiver.example/", rhythm: "daily" },
        ...{
          digestMinute: DEFAULT_DIGEST_MINUTE,
          timezone: "Asia/Shanghai",
          language: "en",
          sinceSequence,
        },
      },
      Date.now(),
    );
  }
  const begunMs = performance.now();
  await matcher.refresh();
  const preparedMs = performance.now() - begunMs;

  const stop = new AbortController();
  const running = runAlerts({
    ...alerting,
    signal: stop.signal,
    onError: (error) => {
      throw error;
    },
  });
  const commits: { readonly sequence: number; readonly atMs: number }[] = [];
  const latenciesMs: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  const settle = (): void => {
    const at = progress.read()?.sequence ?? 0;
    while (commits[0] !== undefined && commits[0].sequence <= at)
      latenciesMs.push(performance.now() - (commits.shift()?.atMs ?? 0));
  };
  const watching = setInterval(settle, 20);
  for (let start = 0; start < fresh.length; start += BATCH) {
    const dueMs = startMs + (start / fresh.length) * wanted.seconds * 1000;
    await wait(Math.max(0, dueMs - performance.now()));
    const batch = fresh.slice(start, start + BATCH);
    await backend.writer.put(batch);
    const head = await archive.head();
    for (const [index] of batch.entries()) commits.push({ sequence: head - index, atMs: performance.now() });
    commits.sort((a, b) => a.sequence - b.sequence);
  }
  while (commits.length > 0) await wait(20);
  const cpu = process.cpuUsage(cpuBefore);
  clearInterval(watching);
  stop.abort();
  await running;
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  console.log(
    JSON.stringify({
      alerts: wanted.alerts,
      articles: latenciesMs.length,
      seconds: wanted.seconds,
      notices: Number(database.prepare("SELECT count(*) AS notices FROM notice").get()?.notices),
      prepareMs: Math.round(preparedMs),
      fromCommitToOutboxMs: { p50: at(0.5), p95: at(0.95), max: at(1) },
      cpuSeconds: Math.round((cpu.user + cpu.system) / 1e5) / 10,
      rssMb: Math.round(process.memoryUsage().rss / 2 ** 20),
    }),
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
