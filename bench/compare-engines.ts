/**
 * Puts the same queries to an archive in a folder and to the same articles in a cluster, and compares what they answer.
 *
 *     node bench/compare-engines.ts FOLDER CLUSTER-ADDRESS [QUERIES] [MODE]       default 200, in every mode
 *
 * Queries are made of titles of the archive: single words, pairs of words, openings, whole titles, questions, phrases, alternatives,
 * exclusions, words in titles, in every mode, with and without ranges of days, a source, a category, an excluded source and orders by time. The password of the cluster's user is read from WENXUN_CLUSTER_PASSWORD.
 */
import type { Article } from "../src/archive/article.ts";
import { PLAIN_REQUEST, type SearchMode, type SearchRequest } from "../src/archive/request.ts";
import type { SearchResult } from "../src/archive/result.ts";
import { openBackend } from "../src/compose/open-backend.ts";

const [folder, address, countText = "200", onlyMode] = process.argv.slice(2);
if (folder === undefined || address === undefined) {
  console.error("usage: node bench/compare-engines.ts FOLDER CLUSTER-ADDRESS [QUERIES]");
  process.exit(2);
}
const encoder = { kind: "builtin" } as const;
await using local = await openBackend({ folder, encoder });
const cluster = { address, password: process.env.WENXUN_CLUSTER_PASSWORD };
await using remote = await openBackend({ folder, cluster, encoder });

const articles: Article[] = [];
for await (const article of local.archive.articles())
  if (/\p{Script=Han}{8}/u.test(article.title)) articles.push(article);
const step = Math.max(1, Math.floor(articles.length / Number(countText)));
const sampled = articles.filter((_, index) => index % step === 0).slice(0, Number(countText));

/** A stretch of Chinese of a title, from its n-th character on. */
const stretch = ({ title }: Article, start: number, length: number): string =>
  (/\p{Script=Han}{8,}/u.exec(title)?.[0] ?? title).slice(start, start + length);

const KINDS: readonly ((article: Article, other: Article) => string)[] = [
  (article) => stretch(article, 0, 2),
  (article) => `${stretch(article, 0, 2)} ${stretch(article, 4, 2)}`,
  (article, other) => `${stretch(article, 0, 2)} ${stretch(other, 0, 2)}`,
  (article) => stretch(article, 0, 4),
  (article) => stretch(article, 1, 6),
  (article) => article.title,
  (article) => `"${stretch(article, 2, 4)}"`,
  (article, other) => `${stretch(article, 0, 2)} OR ${stretch(other, 2, 2)}`,
  (article, other) => `${stretch(article, 0, 2)} -${stretch(other, 0, 2)}`,
  (article) => `title:${stretch(article, 0, 3)}`,
  (article) => `${stretch(article, 0, 4)}为什么${stretch(article, 4, 4)}？`,
];

const dayOf = ({ publishedAtMs }: Article, shiftDays: number): string | undefined =>
  publishedAtMs === undefined ? undefined : new Date(publishedAtMs + shiftDays * 86_400_000).toISOString().slice(0, 10);

const FILTERS: readonly ((article: Article) => Partial<SearchRequest>)[] = [
  () => ({}),
  (article) => ({ from: dayOf(article, -400), to: dayOf(article, 400) }),
  ({ source }) => (source === undefined ? {} : { sources: [source] }),
  (article) => ({ from: dayOf(article, -30), to: dayOf(article, 30), sort: "newest" }),
  ({ category }) => (category === undefined ? { interval: "year" } : { categories: [category] }),
  ({ source }) => (source === undefined ? { sort: "oldest" } : { excludedSources: [source] }),
  (article) => ({ from: dayOf(article, -3000), stories: true }),
];

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const idsOf = ({ hits }: SearchResult): string[] => hits.map(({ id }) => id);
const at = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(0);

for (const mode of ["keyword", "hybrid", "semantic"] as const satisfies readonly SearchMode[]) {
  if (onlyMode !== undefined && mode !== onlyMode) continue;
  const held = { totals: 0, facets: 0, histograms: 0, firstTen: 0, sameTen: 0 };
  const times = { local: [] as number[], cluster: [] as number[] };
  const told: string[] = [];
  for (const [index, article] of sampled.entries()) {
    const other = sampled[(index * 7 + 3) % sampled.length] as Article;
    const query = KINDS[index % KINDS.length]?.(article, other) ?? "";
    const request = { ...PLAIN_REQUEST, ...FILTERS[index % FILTERS.length]?.(article), query, mode, rerank: false };
    const [own, theirs] = [await local.search.search(request), await remote.search.search(request)];
    times.local.push(own.tookMs);
    times.cluster.push(theirs.tookMs);
    const totals = own.total === theirs.total;
    if (totals) held.totals++;
    else if (told.length < 10) told.push(`  ${query}: ${own.total} and ${theirs.total}`);
    if (same([own.facets, own.facetRemainders], [theirs.facets, theirs.facetRemainders])) held.facets++;
    if (same(own.histogram, theirs.histogram)) held.histograms++;
    if (same(idsOf(own), idsOf(theirs))) held.firstTen++;
    else if (totals && told.length < 10) told.push(`  ${query}: another order`);
    if (same(idsOf(own).sort(), idsOf(theirs).sort())) held.sameTen++;
  }
  const count = sampled.length;
  console.log(
    `${mode}: of ${count} queries the same total ${held.totals}, facets ${held.facets}, histogram ${held.histograms},`,
  );
  console.log(`  first ten in the same order ${held.firstTen}, the same ten in any order ${held.sameTen}`);
  for (const [name, list] of Object.entries(times)) {
    const sorted = list.toSorted((a, b) => a - b);
    console.log(`  ${name}: p50 ${at(sorted, 0.5)} ms, p95 ${at(sorted, 0.95)} ms`);
  }
  for (const line of told) console.log(line);
}
