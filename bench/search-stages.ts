/**
 * Where the milliseconds of a search go: processor time by stage, sampled, for headlines and for words.
 *
 *     node bench/search-stages.ts ARCHIVE [--rounds 200] [--mode hybrid] [--queries FILE]
 *
 *     --queries   JSON array of headlines                      default: openings of titles of the archive's articles
 *
 * The search service in this process, one search at a time; what the server adds (HTTP, JSON) is not in it.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchMode } from "../src/archive/request.ts";
import { type LocalBackend, openBackend } from "../src/compose/open-backend.ts";
import { describeCommit, describeMachine } from "./million/machine.ts";
import { createRandom } from "./million/random.ts";
import { measureYardstick } from "./million/yardstick.ts";
import { profileStages, type Stages } from "./stages/profile.ts";

const STAGES: Stages = {
  "encoding the query": ["encode static-encoder.ts", "encodeText static-encoder.ts"],
  "reading the query": ["parseQuery query.ts", "splitQuery", "widenQuery"],
  "scanning codes": ["#findCandidates vector-scanner.ts", "codeScores vector-scanner.ts"],
  "comparing vectors exactly": ["#score vector-scanner.ts", "similarity segment.ts", "vector segment.ts"],
  "finding words": ["match term-board.ts", "find term-directory.ts"],
  "putting matches together": ["findMatches keyword.ts", "findPartial", "findRelaxation"],
  "reading texts": ["articles loaded-snapshot.ts"],
  "ranking, feedback": ["rankFindings", "findNamed"],
  "folding copies": ["groupRankings"],
  "snippets and marks": ["toHits hits.ts"],
  "facets, histogram": ["countFacets", "countHistogram", "countUndated"],
};
const SAMPLE = 2000;
const WARM_UP = 40;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "200" },
    mode: { type: "string", default: "hybrid" },
    queries: { type: "string" },
  },
});
const [folder] = positionals;
if (folder === undefined)
  throw new Error("usage: search-stages.ts ARCHIVE [--rounds N] [--mode MODE] [--queries FILE]");
const mode = SEARCH_MODES.find((one) => one === values.mode);
if (mode === undefined) throw new Error(`--mode is one of ${SEARCH_MODES.join(", ")}`);
const rounds = Number(values.rounds);

await using app = await openBackend({ folder, encoder: { kind: "builtin" } });
const { articles } = await app.archive.stats();
console.log(
  `${describeMachine()}, commit ${describeCommit()}, yardstick ${measureYardstick()} ms, ${articles} articles, ${mode}\n`,
);
const queries = await drawQueries(app);
const names = [...Object.keys(STAGES), "collecting garbage", "the rest"];
const columns = [];
for (const [kind, texts] of Object.entries(queries)) {
  await ask(app, texts.slice(0, WARM_UP), mode);
  const asked = texts.slice(WARM_UP);
  columns.push({ kind, count: asked.length, ...(await profileStages(STAGES, "search", () => ask(app, asked, mode))) });
}
console.log(`| ms a search | ${columns.map(({ kind }) => kind).join(" | ")} |`);
console.log(`|---|${columns.map(() => "---|").join("")}`);
for (const name of names)
  console.log(`| ${name} | ${columns.map(({ ms, count }) => ((ms.get(name) ?? 0) / count).toFixed(2)).join(" | ")} |`);
console.log(`| all | ${columns.map(({ totalMs, count }) => (totalMs / count).toFixed(2)).join(" | ")} |`);

async function ask({ search }: LocalBackend, texts: readonly string[], asked: SearchMode): Promise<void> {
  for (const query of texts) await search.search({ ...PLAIN_REQUEST, query, mode: asked });
}

/** Openings of headlines, and pairs of words of two characters that begin them. */
async function drawQueries({ archive }: LocalBackend): Promise<Record<string, string[]>> {
  using snapshot = await archive.reader.snapshot();
  const step = Math.max(1, Math.floor(snapshot.articleCount / SAMPLE));
  const keys = snapshot.segments.flatMap(({ articleKeys }) => [...articleKeys.filter((_, row) => row % step === 0)]);
  const titles = snapshot.articles(keys).flatMap((article) => (article === undefined ? [] : [article.title]));
  const random = createRandom(7);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const headlines =
    values.queries === undefined
      ? titles.map((title) => title.slice(0, 6 + random.below(12)))
      : (JSON.parse(readFileSync(values.queries, "utf8")) as string[]);
  const many = (make: () => string): string[] => Array.from({ length: WARM_UP + rounds }, make);
  return {
    headlines: many(() => pick(headlines)),
    "two words": many(() => `${pick(titles).slice(0, 2)} ${pick(titles).slice(0, 2)}`),
  };
}
