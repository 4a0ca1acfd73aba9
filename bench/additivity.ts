/**
 * Whether every number that a search shows is the number that one gets by asking for it: over an archive, for many queries and all
 * modes, each value of the facets ("none" and what is not listed included), each year, month and day of the histogram and its undated
 * articles, with stories and without.
 *
 *     node bench/additivity.ts ARCHIVE [--queries FILE] [--count 200] [--hits 20]
 *
 *     --queries   JSON lines with a "text", or a JSON array of strings      default: openings of titles and pairs of words of the archive
 *     --count     queries that are asked
 *     --hits      narrower searches of a query whose hits are compared with the wider one's; paging through them costs most
 *
 * Exits with 1 when something contradicts.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchMode, type SearchRequest } from "../src/archive/request.ts";
import type { SearchResult } from "../src/archive/result.ts";
import { openBackend } from "../src/compose/open-backend.ts";
import { nextStart } from "../src/text/days.ts";
import { createRandom } from "./million/random.ts";

/** Values of a facet that are asked for, the commonest; the others are told from their sum. */
const MAX_VALUES = 12;

/** Matches up to which hits are paged through and compared. */
const MAX_PAGED = 2000;

/** Matches up to which months and days are asked for one by one. */
const MAX_NARROW = 400;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    queries: { type: "string" },
    count: { type: "string", default: "200" },
    hits: { type: "string", default: "20" },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("usage: additivity.ts ARCHIVE [--queries FILE] [--count 200] [--hits 20]");
await using app = await openBackend({ folder, encoder: { kind: "builtin" } });
const queries = (values.queries === undefined ? await makeQueries() : readQueries(values.queries)).slice(
  0,
  Number(values.count),
);

/** What was compared in one mode. */
class Tally {
  queries = 0;
  numbers = 0;
  wrong = 0;
  hits = 0;
  readonly examples: string[] = [];

  expect(what: string, shown: number, found: number): void {
    this.numbers++;
    if (shown === found) return;
    this.wrong++;
    if (this.examples.length < 5) this.examples.push(`${what}: shown ${shown}, found ${found}`);
  }
}

console.log("| mode | queries | numbers compared | contradictions | hits compared |\n|---|---|---|---|---|");
let wrong = 0;
for (const mode of SEARCH_MODES) {
  const tally = new Tally();
  for (const query of queries) await check(query, mode, tally);
  wrong += tally.wrong;
  console.log(`| ${mode} | ${tally.queries} | ${tally.numbers} | ${tally.wrong} | ${tally.hits} |`);
  for (const example of tally.examples) console.error(`  ${example}`);
}
process.exitCode = wrong === 0 ? 0 : 1;

async function check(query: string, mode: SearchMode, tally: Tally): Promise<void> {
  tally.queries++;
  const base: SearchRequest = { ...PLAIN_REQUEST, query, mode, limit: 0, stories: false };
  const ask = (more: Partial<SearchRequest>): Promise<SearchResult> =>
    app.search.search({ ...base, facetValues: 10_000, ...more });
  const whole = await ask({});
  const label = `${mode} ${query.slice(0, 30)}`;
  tally.expect(`${label} with stories`, whole.total, (await ask({ stories: true })).total);
  tally.expect(`${label} by time`, whole.total, (await ask({ sort: "newest" })).total);
  let comparedHits = 0;
  const narrow = async (what: string, shown: number, more: Partial<SearchRequest>): Promise<SearchResult> => {
    const narrowed = await ask(more);
    tally.expect(`${label} ${what}`, shown, narrowed.total);
    if (comparedHits++ < Number(values.hits) && whole.total <= MAX_PAGED) await compareHits(what, more);
    return narrowed;
  };
  const compareHits = async (what: string, more: Partial<SearchRequest>): Promise<void> => {
    const wider = await pageThrough({ ...base });
    const narrower = await pageThrough({ ...base, ...more });
    tally.hits += narrower.size;
    tally.expect(
      `${label} ${what}: hits outside of the wider search`,
      0,
      [...narrower].filter((id) => !wider.has(id)).length,
    );
  };
  for (const facet of ["source", "category"] as const) {
    const field = facet === "source" ? "sources" : "categories";
    const { none, count } = whole.facetRemainders[facet];
    const listed = whole.facets[facet];
    tally.expect(`${label} sum of ${facet}`, whole.total, sum(listed.map((value) => value.count)) + none + count);
    for (const value of listed.slice(0, MAX_VALUES)) await narrow(value.value, value.count, { [field]: [value.value] });
    await narrow(`without ${facet}`, none, { without: [facet] });
  }
  for (const interval of ["year", "month", "day"] as const) {
    if (interval !== "year" && whole.total > MAX_NARROW) continue;
    const { histogram, undated } = await ask({ interval });
    const buckets = histogram.buckets.filter(({ count }) => count > 0);
    tally.expect(`${label} sum of ${interval}s`, whole.total, sum(buckets.map(({ count }) => count)) + undated);
    if (interval === "year") await narrow("undated", undated, { without: ["date"] });
    for (const { start, count } of buckets) await narrow(start, count, { from: start, to: lastDayOf(start, interval) });
  }
}

/** Ids of all that matches, copies included. */
async function pageThrough(request: SearchRequest): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let offset = 0; ; offset += 100) {
    const { hits } = await app.search.search({ ...request, limit: 100, offset, facetValues: 0 });
    const matching = hits.filter(({ match }) => match !== "related");
    for (const { id, copies } of matching) for (const one of [id, ...copies.map((copy) => copy.id)]) ids.add(one);
    if (matching.length < 100) return ids;
  }
}

function lastDayOf(start: string, interval: "year" | "month" | "day"): string {
  const next = nextStart(start, interval);
  return new Date(Date.parse(`${next}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function readQueries(file: string): string[] {
  const text = readFileSync(file, "utf8").trim();
  if (text.startsWith("[")) return JSON.parse(text) as string[];
  return text.split("\n").map((line) => (JSON.parse(line) as { text: string }).text);
}

/** Half openings of titles, long and short, half two words of different titles. */
async function makeQueries(): Promise<string[]> {
  const random = createRandom(11);
  const titles: string[] = [];
  for await (const { title } of app.archive.articles()) if (title.length >= 6) titles.push(title);
  const pick = (): string => titles[random.below(titles.length)] as string;
  return Array.from({ length: 400 }, (_, index) =>
    index % 2 === 0 ? pick().slice(0, 3 + random.below(12)) : `${pick().slice(0, 2)} ${pick().slice(0, 3)}`,
  );
}
