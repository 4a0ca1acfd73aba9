import { type Command, InvalidArgumentError, Option } from "commander";
import { toSearchReply } from "../api/to-wire.ts";
import {
  LACKS,
  type Lack,
  PLAIN_REQUEST,
  SEARCH_MODES,
  type SearchMode,
  type SearchRequest,
  SORT_ORDERS,
  type SortOrder,
} from "../archive/request.ts";
import type { Hit, SearchNotice, SearchResult } from "../archive/result.ts";
import { openBackend } from "../compose/open-backend.ts";
import { MAX_GROUPED, MAX_OPERATORS, MAX_QUERY_UNITS } from "../search/limits.ts";
import { dayOf } from "../text/days.ts";
import { RERANK_SETTINGS, toBackendOptions, toRerankOptions } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";

interface Flags extends DataFlags {
  readonly from?: string;
  readonly to?: string;
  readonly source: readonly string[];
  readonly category: readonly string[];
  readonly without: readonly Lack[];
  readonly mode: SearchMode;
  readonly sort: SortOrder;
  readonly limit: number;
  readonly offset: number;
}

const EXAMPLES = `
Examples:
  wenxun search 新能源汽车 --from 2024-01-01 --to 2024-06-30
  wenxun search '"人工智能" -广告' --mode keyword --sort newest
  wenxun search 地震 --source 新华社 --source 中央社 --json
`;

const NOTICES: Readonly<Record<SearchNotice, string>> = {
  "encoder-away": "the encoder does not answer: these are the results of a keyword search",
  "encoder-changed":
    "the archive's vectors were made by another encoder than the one in use: these are the results of a keyword search; `wenxun reindex` moves the archive to it",
  "query-has-no-vector": "the encoder knows no word of this query: these are the results of a keyword search",
  "phrase-unchecked":
    "too many articles hold every part of a phrase, of an excluded word, or of words in the title or near each other, to be read: all of them were counted unread, and some may not match",
  "list-cut":
    "more follow than can be listed page by page: a narrower range of days (--from, --to) reaches them, and `wenxun export` writes every article",
  "query-cut": `the query is too long, so some of it was left out: up to ${MAX_QUERY_UNITS.toLocaleString("en")} characters are read, ${MAX_OPERATORS} phrases, exclusions and the like, and ${MAX_GROUPED} words and names in groups`,
  "query-names-article": "the query is the headline of an article: the others were found by its text too",
  "query-has-no-words": "there is no word in this query",
  "words-outdated":
    "the archive was indexed by an earlier version: `wenxun reindex` makes it find every spelling of a word",
  "commits-unproven":
    "the archive's file last-commit is missing or damaged, so nobody can tell whether its latest articles are all there: `wenxun verify` tells what can be told",
  "rerank-cut": "the re-ranker had not read all of the first hits when its time was up: the rest keeps its place",
  "rerank-failed": "the re-ranker does not answer: the order is that of the search",
};

export function registerSearch(program: Command, context: CliContext): void {
  const command = program
    .command("search")
    .argument("<QUERY...>", 'What to look for. "…" is a phrase, -word leaves articles out; an empty query lists all.')
    .description("Searches the archive by keyword and by meaning, in Simplified and Traditional Chinese alike.")
    .option("--from <DAY>", "First day, YYYY-MM-DD.")
    .option("--to <DAY>", "Last day, YYYY-MM-DD, itself included.")
    .option("--source <SOURCE>", "Only articles of this source; may be repeated.", collect, [])
    .option("--category <CATEGORY>", "Only articles of this category; may be repeated.", collect, [])
    .addOption(
      new Option("--without <FIELD>", "Articles that have none: source, category or date; may be repeated.")
        .choices(LACKS)
        .argParser(collectLack)
        .default([]),
    )
    .addOption(new Option("--mode <MODE>", "How to search.").choices(SEARCH_MODES).default("hybrid"))
    .addOption(new Option("--sort <ORDER>", "What comes first.").choices(SORT_ORDERS).default("relevance"))
    .option("--limit <N>", "Hits to show, 0 to 100.", toCount, 10)
    .option("--offset <N>", "Hits to pass over.", toCount, 0)
    .addHelpText("after", EXAMPLES);
  addDataFlags(command, "hit");
  const settings = addSettings(command, ["archive", "encoder", ...RERANK_SETTINGS]);
  command.action(async (words: readonly string[], flags: Flags) => {
    const { config } = settings.load(context);
    await using app = await openBackend({ ...toBackendOptions(config, context), rerank: toRerankOptions(config) });
    const result = await app.search.search(toRequest(words.join(" "), flags));
    const reply = toSearchReply(result);
    if (!writeData(flags, context, reply, reply.hits))
      show(result, { offset: flags.offset, timezone: app.archive.info.timezone }, context);
  });
}

function toRequest(query: string, flags: Flags): SearchRequest {
  const { from, to, source, category, without, mode, sort, limit, offset } = flags;
  return {
    ...PLAIN_REQUEST,
    query,
    mode,
    from,
    to,
    sources: source,
    categories: category,
    without,
    sort,
    limit,
    offset,
  };
}

interface Shown {
  readonly offset: number;
  /** In which days are told. */
  readonly timezone: string;
}

function show(result: SearchResult, { offset, timezone }: Shown, { stdout, stderr }: CliContext): void {
  for (const notice of result.notices) stderr.write(`wenxun: ${NOTICES[notice]}\n`);
  const emphasis = (text: string): string => stdout.style("bold", text);
  if (result.unknownOperators.length > 0)
    stderr.write(
      `wenxun: no operator of this query language, looked for as words: ${result.unknownOperators.join(" ")}\n`,
    );
  if (result.relaxed !== undefined)
    stderr.write(
      result.relaxed.held === result.relaxed.wanted
        ? "wenxun: no article holds the words written together: these hold all their parts\n"
        : `wenxun: no article holds all ${result.relaxed.wanted} words: these hold ${result.relaxed.held} of them\n`,
    );
  if (result.alsoSearched.length > 0) stderr.write(`wenxun: also searched: ${result.alsoSearched.join(" ")}\n`);
  const { reranking } = result;
  const reranked =
    reranking === undefined ? "" : `, ${reranking.read} of the first ${reranking.of} read by ${reranking.by}`;
  stdout.write(`${result.total} found (${result.mode}${reranked}, ${result.tookMs.toFixed(1)} ms)\n`);
  const firstRelated = result.hits.findIndex(({ match }) => match === "related");
  for (const [index, hit] of result.hits.entries()) {
    if (index === firstRelated) stdout.write("\nSimilar, not counted:\n");
    stdout.writeStyled(`\n${offset + index + 1}. ${toText(hit, timezone, emphasis)}\n`);
  }
}

function toText(hit: Hit, timezone: string, emphasis: (text: string) => string): string {
  const { title, titleHighlights, publishedAtMs, source, category, url, snippet, why, copies } = hit;
  const day = publishedAtMs === undefined ? undefined : dayOf(publishedAtMs, timezone);
  const reasons = [
    why.keyword === undefined ? undefined : `keyword ${why.keyword.toFixed(1)}`,
    why.semantic === undefined ? undefined : `meaning ${why.semantic.toFixed(2)}`,
    why.rerank === undefined ? undefined : `re-ranker ${why.rerank.toFixed(2)}`,
    copies.length === 0 ? undefined : `${copies.length} more with nearly the same text`,
  ];
  const lines = [
    highlight(title, titleHighlights, emphasis),
    listed([day, source, category]),
    highlight(snippet.text, snippet.highlights, emphasis),
    toPrintable(url ?? ""),
    listed(reasons),
  ];
  return lines.filter((line) => line !== "").join("\n   ");
}

function listed(parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== "")
    .map((part) => toPrintable(part ?? ""))
    .join(" · ");
}

function highlight(text: string, ranges: Hit["titleHighlights"], emphasis: (text: string) => string): string {
  let shown = "";
  let done = 0;
  for (const [start, end] of ranges) {
    shown += toPrintable(text.slice(done, start)) + emphasis(toPrintable(text.slice(start, end)));
    done = end;
  }
  return shown + toPrintable(text.slice(done));
}

function collectLack(value: string, previous: readonly Lack[]): readonly Lack[] {
  const lack = LACKS.find((known) => known === value);
  if (lack === undefined) throw new InvalidArgumentError(`Allowed choices are ${LACKS.join(", ")}.`);
  return [...previous, lack];
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

function toCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Wanted a whole number.");
  return Number(text);
}
