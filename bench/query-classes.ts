/**
 * What searches cost by kind of query, mode and share of the dates, in this checkout or beside another one:
 *
 *     node bench/query-classes.ts ARCHIVE [--queries FILE] [--rounds 100] [--against CHECKOUT] [--only WORD,WORD] [--clock wall|cpu]
 *
 *     --queries   JSON array of headlines                      default: titles of the archive's articles
 *     --rounds    searches for each class, mode and share
 *     --against   folder of another checkout, built: every query is put to both in turn, and their answers are compared
 *     --only      classes, modes and shares whose names hold one of these words; all that are named must be met
 *     --clock     cpu: the time that this thread computes, for a machine that is busy with other work; some systems count it in steps
 *                 of milliseconds. Default wall
 *
 * Latency is that of the search service in this process, one search at a time. Queries come from the archive itself.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchRequest } from "../src/archive/request.ts";
import type { SearchResult } from "../src/archive/result.ts";
import type { LocalBackend } from "../src/compose/open-backend.ts";
import { openBackend } from "../src/compose/open-backend.ts";
import type { Snapshot, StoredArticle } from "../src/local/read/snapshot.ts";
import { fold } from "../src/text/fold.ts";
import { scanTerms } from "../src/text/terms.ts";
import { createRandom } from "./million/random.ts";

const SHARES = [1, 0.5, 0.1, 0.01, 0.001];
/** Articles that queries are taken from. */
const SAMPLE = 4000;
const COMMON_WORDS = 20;
/** Pairs with one of these are no words. */
const PARTICLES = /[的了是在和与及或之也都就而着不这那其被把将对从向于以为有年月日个一上中到他人我们]/u;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    queries: { type: "string" },
    rounds: { type: "string", default: "100" },
    against: { type: "string" },
    only: { type: "string", default: "" },
    clock: { type: "string", default: "wall" },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("usage: query-classes.ts ARCHIVE [--queries FILE] [--against CHECKOUT]");
const rounds = Number(values.rounds);
const wanted = values.only.split(",").filter(Boolean);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.every((word) => name.includes(word));

const nowMs = (): number => {
  if (values.clock !== "cpu") return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** What opens an archive for searching in checkouts of any age. */
const OPENERS = [
  ["compose/open-backend.ts", "openBackend"],
  ["compose/open-app.ts", "openApp"],
  ["app.ts", "openApp"],
] as const;

const options = { folder, encoder: { kind: "builtin" } } as const;
await using app = await openBackend(options);
await using other = await openOther(values.against);
const { classes, days } = await describe(app);

console.log(
  `ms (${values.clock}), ${rounds} searches each${other === undefined ? "" : "; before is the other checkout"}\n`,
);
console.log(
  other === undefined
    ? "| queries | mode | dates | p50 | p95 | most | matches |\n|---|---|---|---|---|---|---|"
    : "| queries | mode | dates | p50 before | p50 | ratio | p95 before | p95 | ratio | matches | answers that differ |\n|---|---|---|---|---|---|---|---|---|---|---|",
);
for (const [name, queries] of Object.entries(classes)) {
  for (const mode of SEARCH_MODES) {
    for (const share of SHARES) {
      const label = `${name} ${mode} ${share * 100}%`;
      if (isWanted(label)) await measure(name, queries, mode, share);
    }
  }
}

async function measure(
  name: string,
  queries: readonly string[],
  mode: SearchRequest["mode"],
  share: number,
): Promise<void> {
  const random = createRandom(share * 1000 + 1);
  const own: number[] = [];
  const theirs: number[] = [];
  let differ = 0;
  let matches = 0;
  for (let round = 0; round < rounds; round++) {
    const query = queries[round % queries.length] as string;
    const request = { ...PLAIN_REQUEST, query, mode, ...(share === 1 ? {} : randomRange(share, random)) };
    // Who is asked first finds files and texts cold.
    const swapped = round % 2 === 1;
    const before = swapped ? undefined : await timed(other, request, theirs);
    const result = await timed(app, request, own);
    const answer = swapped ? await timed(other, request, theirs) : before;
    matches += result?.total ?? 0;
    if (result !== undefined && answer !== undefined && !isSame(result, answer)) differ++;
  }
  const [p50, p95, most] = [at(own, 0.5), at(own, 0.95), at(own, 1)];
  const row =
    other === undefined
      ? [p50.toFixed(1), p95.toFixed(1), most.toFixed(1), Math.round(matches / rounds)]
      : [
          ...[0.5, 0.95].flatMap((part) => [
            at(theirs, part).toFixed(1),
            at(own, part).toFixed(1),
            (at(theirs, part) / at(own, part)).toFixed(2),
          ]),
          Math.round(matches / rounds),
          differ,
        ];
  console.log(`| ${name} | ${mode} | ${share * 100} % | ${row.join(" | ")} |`);
}

async function timed(
  from: LocalBackend | undefined,
  request: SearchRequest,
  times: number[],
): Promise<SearchResult | undefined> {
  if (from === undefined) return undefined;
  const startMs = nowMs();
  const result = await from.search.search(request);
  times.push(nowMs() - startMs);
  return result;
}

function isSame(a: SearchResult, b: SearchResult): boolean {
  return isDeepStrictEqual({ ...a, tookMs: 0 }, { ...b, tookMs: 0 });
}

function at(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
}

async function openOther(checkout: string | undefined): Promise<LocalBackend | undefined> {
  if (checkout === undefined) return undefined;
  for (const [file, opener] of OPENERS) {
    const path = resolve(checkout, "src", file);
    if (!existsSync(path)) continue;
    const composition = (await import(path)) as Record<typeof opener, typeof openBackend>;
    return composition[opener](options);
  }
  throw new Error(`${checkout} is no checkout of wenxun`);
}

/** Queries of each class, and the day of every thousandth part of the dated articles. */
async function describe(from: LocalBackend): Promise<{ classes: Record<string, string[]>; days: string[] }> {
  using snapshot = await from.archive.reader.snapshot();
  const random = createRandom(7);
  const sample = sampleArticles(snapshot);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const many = (make: () => string): string[] => Array.from({ length: 200 }, make);
  const headlines =
    values.queries === undefined
      ? sample.map(({ title }) => title.slice(0, 4 + random.below(12)))
      : (JSON.parse(readFileSync(values.queries, "utf8")) as string[]);
  const words = sample.flatMap(({ title }) => (title.length >= 4 ? [title.slice(0, 2)] : []));
  const sentences = sample.flatMap(({ body }) => (body.match(/[^。！？\n]{20,60}/gu) ?? []).slice(0, 1));
  return {
    classes: {
      headlines: many(() => pick(headlines)),
      "commonest words": commonestWords(sample),
      "two words": many(() => `${pick(words)} ${pick(words)}`),
      "one character": many(() => pick(headlines).slice(0, 1)),
      "long sentences": many(() => pick(sentences)),
      phrases: many(() => `"${pick(headlines).slice(0, 4)}"`),
    },
    days: daysOf(snapshot),
  };
}

function sampleArticles(snapshot: Snapshot): StoredArticle[] {
  const step = Math.max(1, Math.floor(snapshot.articleCount / SAMPLE));
  const keys = snapshot.segments.flatMap(({ articleKeys }) =>
    Array.from({ length: Math.ceil(articleKeys.length / step) }, (_, index) => articleKeys[index * step] as number),
  );
  return snapshot.articles(keys).filter((article) => article !== undefined);
}

/** The pairs of characters that most articles hold, particles left out. */
function commonestWords(articles: readonly StoredArticle[]): string[] {
  const holders = new Map<string, number>();
  for (const { title, body } of articles) {
    const folded = fold(`${title}\n${body}`);
    const held = new Set<string>();
    scanTerms(folded, (high, _low, start, end) => {
      if (high === 0 && end - start === 2) held.add(folded.slice(start, end));
    });
    for (const pair of held) if (!PARTICLES.test(pair)) holders.set(pair, (holders.get(pair) ?? 0) + 1);
  }
  return [...holders]
    .sort((a, b) => b[1] - a[1])
    .slice(0, COMMON_WORDS)
    .map(([pair]) => pair);
}

function daysOf({ segments, articleCount }: Snapshot): string[] {
  const step = Math.max(1, Math.floor(articleCount / 100_000));
  const times = segments.flatMap(({ rows, publishedAtMs }) =>
    Array.from({ length: Math.ceil(rows / step) }, (_, index) => publishedAtMs.at(index * step)),
  );
  const dated = times.filter(Number.isFinite).sort((a, b) => a - b);
  return Array.from({ length: 1001 }, (_, part) =>
    new Date(dated[Math.floor((part / 1000) * (dated.length - 1))] ?? 0).toISOString().slice(0, 10),
  );
}

/** Days that hold about a share of the articles. */
function randomRange(share: number, random: { below(end: number): number }): { from: string; to: string } {
  const parts = Math.round(share * 1000);
  const first = random.below(1000 - parts + 1);
  return { from: days[first] as string, to: days[first + parts] as string };
}
