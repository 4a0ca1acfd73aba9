/**
 * Whether following ends where an import ends: the articles of some days, one feed a source, are shown on loopback as they were published,
 * followed over virtual time, and compared with what an import of the same records gives.
 *
 *     node bench/replay-feeds.ts ARTICLES.jsonl[.gz] [--from YYYY-MM-DD] [--days 7] [--window 100]
 *
 * Records need title, url, source and published. Of several with one address the one that was published last counts. Exits with 1 where
 * something is missing, doubled or different.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Article } from "../src/archive/article.ts";
import { createFetcher } from "../src/fetch/create-fetcher.ts";
import { createMapper } from "../src/ingest/article.ts";
import { canonicalUrl } from "../src/ingest/identity.ts";
import { readRecords } from "../src/ingest/reader.ts";
import { runSchedule } from "../src/sources/schedule.ts";
import { ItemStore } from "../src/sources/store/item-store.ts";
import { PageStore } from "../src/sources/store/page-store.ts";
import { SourceStore } from "../src/sources/store/source-store.ts";
import { openSourcesDatabase } from "../src/sources/store/sources-database.ts";
import { createVirtualClock } from "../test/fakes/virtual-clock.ts";
import { startWebServer } from "../test/fakes/web-server.ts";

const DAY_MS = 86_400_000;
const TIMEZONE = "Asia/Shanghai";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: "string", default: "2026-01-25" },
    days: { type: "string", default: "7" },
    window: { type: "string", default: "100" },
  },
});
const [file] = positionals;
if (file === undefined) throw new Error("usage: node bench/replay-feeds.ts ARTICLES.jsonl[.gz]");
const startMs = Date.parse(values.from);
const endMs = startMs + Number(values.days) * DAY_MS;

/** What an import gives, by address. */
const imported = new Map<string, Article>();
const toArticle = createMapper({ timezone: TIMEZONE });
for await (const records of readRecords(file))
  for (const { value } of records) {
    const mapped = toArticle(value);
    if (!("article" in mapped)) continue;
    const { article } = mapped;
    const { url, publishedAtMs = Number.NaN, source } = article;
    if (url === undefined || source === undefined || !(publishedAtMs >= startMs && publishedAtMs < endMs)) continue;
    const key = canonicalUrl(url) ?? url;
    if ((imported.get(key)?.publishedAtMs ?? Number.NEGATIVE_INFINITY) < publishedAtMs) imported.set(key, article);
  }

const bySource = Map.groupBy(imported.values(), ({ source = "" }) => source);
const feeds = [...bySource].map(([name, articles]) => ({
  name,
  articles: articles.sort((a, b) => (a.publishedAtMs ?? 0) - (b.publishedAtMs ?? 0)),
}));
const toXml = (text = ""): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const toItem = ({ title, body, url, publishedAtMs = 0 }: Article): string =>
  // A text within markup is escaped twice.
  `<item><title>${toXml(toXml(title))}</title><link>${toXml(url)}</link><pubDate>${new Date(publishedAtMs).toUTCString()}</pubDate><description>${toXml(toXml(body).replace(/\n/g, "<br/>"))}</description></item>`;

const clock = createVirtualClock({ startMs });
const folder = mkdtempSync(join(tmpdir(), "wenxun-replay-"));
const stored = new Map<string, Article>();
let checks = 0;
try {
  await using server = await startWebServer((request, response) => {
    const feed = feeds[Number(/^feed(\d+)\.test/.exec(request.headers.host ?? "")?.[1])];
    const out = feed?.articles.filter(({ publishedAtMs = 0 }) => publishedAtMs <= clock.nowMs()) ?? [];
    const items = out.slice(-Number(values.window)).reverse().map(toItem);
    response.writeHead(200, { "content-type": "text/xml; charset=utf-8" });
    response.end(`<rss version="2.0"><channel><title>${toXml(feed?.name)}</title>${items.join("")}</channel></rss>`);
  });
  const database = openSourcesDatabase(folder);
  const fetcher = createFetcher({
    userAgent: "replay",
    allow: ["*.test"],
    resolve: async () => ["127.0.0.1"],
    timeoutMs: 60_000,
    clock,
  });
  const sources = new SourceStore(database);
  for (const [index, { name }] of feeds.entries()) {
    const address = `http://feed${index}.test:${server.port}/feed.xml`;
    sources.add({ kind: "feed", address, name, fullText: "never" }, clock.nowMs());
  }
  const stop = new AbortController();
  const over = clock.sleep(endMs - startMs + DAY_MS, stop.signal).then(() => stop.abort());
  await runSchedule({
    sources,
    items: new ItemStore(database),
    pages: new PageStore(database),
    fetcher,
    assertAllowed: async () => {},
    readsPages: false,
    put: async (articles) => {
      for (const article of articles) stored.set(article.id, article);
    },
    timezone: TIMEZONE,
    clock,
    random: Math.random,
    signal: stop.signal,
    lookEveryMs: 600_000,
    onCheck: () => checks++,
    onError: (error) => console.error(error),
  });
  await over;
  await fetcher.close();
  database.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const byUrl = Map.groupBy(stored.values(), ({ url = "" }) => canonicalUrl(url) ?? url);
const missing = [...imported.keys()].filter((key) => !byUrl.has(key));
const doubled = [...byUrl].filter(([, articles]) => articles.length > 1).map(([key]) => key);
const toText = ({ title, body, source, publishedAtMs = 0 }: Article): string =>
  JSON.stringify([title, body, source, Math.floor(publishedAtMs / 1000)]);
const different = [...imported].filter(([key, article]) => {
  const [followed] = byUrl.get(key) ?? [];
  return followed !== undefined && toText(followed) !== toText(article);
});
console.log({ sources: feeds.length, imported: imported.size, followed: stored.size, checks });
for (const [name, list] of Object.entries({ missing, doubled, different: different.map(([key]) => key) }))
  console.log(name, list.length, list.slice(0, 5));
process.exitCode = missing.length + doubled.length + different.length > 0 ? 1 : 0;
