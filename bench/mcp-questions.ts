/**
 * Asks an archive questions as a language model would, through `wenxun mcp` and the official client, and proves every quote against the
 * stored text: node bench/mcp-questions.ts ARCHIVE [QUESTIONS] [--most 100] [--tokenizer MODULE]
 *
 * QUESTIONS has one question a line, or JSON lines with `text`; gzipped or not. Without it the questions are made of headlines of the archive
 * itself: Chinese ones, evenly from its first article to its last, half as they are and half with words around them. Each is searched for, the first result is read and its
 * quote proven by `fetch`, and its coverage is counted. Tokens are those of `encode` of a tokenizer's module, such as
 * gpt-tokenizer/encoding/o200k_base; without one they are estimated: one for each character beyond ASCII, one for three others. Prints a
 * table, and exits with 1 where a quote is not found at its offsets, an answer is longer than 8,000 characters, or the median of a tool than
 * 2,000 tokens.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { openBackend } from "../src/compose/open-backend.ts";
import { packageRoot } from "../src/config/paths.ts";
import { toSafeText } from "../src/text/safe-text.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { most: { type: "string", default: "100" }, tokenizer: { type: "string" } },
});
const [folder, questionsFile] = positionals;
if (folder === undefined) {
  throw new Error("wanted: node bench/mcp-questions.ts ARCHIVE [QUESTIONS] [--most 100] [--tokenizer MODULE]");
}
const most = Number(values.most);

function readQuestions(file: string): string[] {
  const bytes = readFileSync(file);
  const lines = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString().split("\n");
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => (line.startsWith("{") ? (JSON.parse(line) as { text: string }).text : line.trim()))
    .slice(0, most);
}

/** Ways to ask for what a headline tells. */
const WORDINGS: readonly ((headline: string) => string)[] = [
  (headline) => headline,
  (headline) => `${headline}是怎么回事？`,
  (headline) => headline,
  (headline) => `请问有没有关于“${headline.slice(0, 12)}”的报道`,
];

/** Headlines of the archive, as questions. */
async function makeQuestions({ archive }: Pick<typeof backend, "archive">): Promise<string[]> {
  const { articles } = await archive.stats();
  // More than are wanted: some headlines are no Chinese, or stand twice.
  const every = Math.max(1, Math.floor(articles / (most * 3)));
  const headlines = new Set<string>();
  let seen = 0;
  for await (const { title } of archive.articles()) {
    if (seen++ % every === 0 && (title.match(/\p{Script=Han}/gu)?.length ?? 0) >= 6) headlines.add(title.trim());
  }
  const all = [...headlines];
  return Array.from({ length: Math.min(most, all.length) }, (_, index) => {
    const headline = all[Math.floor((index * all.length) / Math.min(most, all.length))] ?? "";
    return (WORDINGS[index % WORDINGS.length] ?? String)(headline);
  });
}

const estimate = (text: string): number => {
  const ascii = text.match(/[\x00-\x7f]/g)?.length ?? 0;
  return Math.ceil(text.length - ascii + ascii / 3);
};
const countTokens =
  values.tokenizer === undefined
    ? estimate
    : await import(values.tokenizer).then(
        ({ encode }: { encode: (text: string) => ArrayLike<number> }) =>
          (text: string) =>
            encode(text).length,
      );

interface Found {
  readonly results: readonly {
    readonly id: string;
    readonly quotes: readonly { readonly start: number; readonly end: number; readonly text: string }[];
  }[];
  readonly envelope: { readonly open: string; readonly close: string };
}

interface Read {
  readonly metadata: { readonly places: readonly { readonly start: number; readonly end: number }[] };
}

const client = new Client(
  { name: "wenxun-bench", version: "1" },
  { versionNegotiation: { mode: { pin: "2026-07-28" } } },
);
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [join(packageRoot, "bin/wenxun.mjs"), "mcp", "--archive", folder],
    stderr: "inherit",
  }),
);
await using backend = await openBackend({ folder, encoder: { kind: "builtin" } });
const questions = questionsFile === undefined ? await makeQuestions(backend) : readQuestions(questionsFile);

/** The median answer of a tool must not be longer. */
const MAX_MEDIAN_TOKENS = 2000;

const measured = new Map<string, { tokens: number[]; ms: number[]; longest: number }>();
const problems: string[] = [];
let quotes = 0;
let unread = 0;

async function call<T>(name: string, args: Record<string, unknown>): Promise<T | undefined> {
  const startedMs = performance.now();
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
  const [first] = content;
  const text = first?.type === "text" ? first.text : "";
  const row = measured.get(name) ?? { tokens: [], ms: [], longest: 0 };
  measured.set(name, row);
  row.ms.push(performance.now() - startedMs);
  row.tokens.push(countTokens(text));
  row.longest = Math.max(row.longest, text.length);
  if (text.length > 8000) problems.push(`${name} ${JSON.stringify(args)}: ${text.length} characters`);
  if (isError !== true) return structuredContent as T;
  problems.push(`${name} ${JSON.stringify(args)}: ${text}`);
  return undefined;
}

for (const query of questions) {
  const found = await call<Found>("search", { query });
  if (found === undefined) continue;
  const { open, close } = found.envelope;
  for (const { id, quotes: given } of found.results) {
    const body = (await backend.archive.article(id))?.body ?? "";
    for (const { start, end, text } of given) {
      quotes++;
      if (open + toSafeText(body.slice(start, end)) + close !== text) problems.push(`${query}: ${id} ${start}–${end}`);
    }
  }
  const [first] = found.results;
  const [quote] = first?.quotes ?? [];
  if (first === undefined || quote === undefined) {
    unread++;
    continue;
  }
  const read = await call<Read>("fetch", { id: first.id, quote: quote.text.slice(open.length, -close.length) });
  if (read?.metadata.places.some(({ start, end }) => start === quote.start && end === quote.end) !== true) {
    problems.push(`${query}: ${first.id} is not proven by fetch`);
  }
  await call("count_by_date", { query, interval: "year" });
}
await client.close();

const quantile = (numbers: readonly number[], share: number): number =>
  Math.round([...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? 0);
console.log("| tool | calls | tokens, median | p95 | longest answer, characters | ms, median | p95 |");
console.log("|---|---|---|---|---|---|---|");
for (const [name, { tokens, ms, longest }] of measured) {
  if (quantile(tokens, 0.5) > MAX_MEDIAN_TOKENS) problems.push(`${name}: more than ${MAX_MEDIAN_TOKENS} tokens`);
  const row = [
    tokens.length,
    quantile(tokens, 0.5),
    quantile(tokens, 0.95),
    longest,
    quantile(ms, 0.5),
    quantile(ms, 0.95),
  ];
  console.log(`| ${[name, ...row].join(" | ")} |`);
}
console.log(
  `${questions.length} questions, ${quotes} quotes of search, ${problems.length} problems; ${unread} questions found nothing to quote.`,
);
for (const problem of problems) console.log(problem);
if (problems.length > 0) process.exitCode = 1;
