/**
 * How fast and how large an encoder is.
 *
 *     node --expose-gc bench/encoder.ts [--encoder builtin|onnx:DIR] [--articles 4000] [FILE.jsonl[.gz]]
 *
 * The file holds articles, one JSON object a line with `title` and `body`; without it, text is made up from the built-in
 * model's own vocabulary. Articles are cut or filled to 600 characters, queries to 20. A folder of a transformer's shape with random
 * weights is made by encoder-peers/make-bge-shaped.py.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { borrowEncoder } from "../src/compose/load-encoder.ts";
import type { Encoder } from "../src/encoder/encoder.ts";
import { BUILT_IN_MODEL } from "../src/encoder/static/static-encoder.ts";
import { createResources } from "../src/resources/registry.ts";

const { values, positionals } = parseArgs({
  options: {
    encoder: { type: "string", default: "builtin" },
    articles: { type: "string", default: "4000" },
  },
  allowPositionals: true,
});
const ARTICLES = Number(values.articles);
const CHARACTERS = 600;
const QUERY_CHARACTERS = 20;
const ROUNDS = 5;

function readArticles(path: string): string[] {
  const bytes = readFileSync(path);
  const lines = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").split("\n");
  const texts = lines.filter((line) => line !== "").map((line) => toText(JSON.parse(line)));
  return fill(texts);
}

const toText = ({ title, body }: { title?: string; body?: string }): string => `${title ?? ""}。${body ?? ""}`;

function makeArticles(): string[] {
  const tokens = JSON.parse(readFileSync(join(BUILT_IN_MODEL, "vocab.json"), "utf8")) as string[];
  const texts: string[] = [];
  for (let seed = 1; texts.length < ARTICLES * 60; ) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    // Squared, so that frequent tokens, which stand first, come more often.
    texts.push(tokens[Math.floor((seed / 2 ** 32) ** 2 * tokens.length)] ?? "");
  }
  return fill(texts);
}

/** Puts texts together until each has {@link CHARACTERS} characters. */
function fill(texts: readonly string[]): string[] {
  const articles: string[] = [];
  let article = "";
  for (let index = 0; articles.length < ARTICLES; index++) {
    article += texts[index % texts.length];
    if (article.length < CHARACTERS) continue;
    articles.push(article.slice(0, CHARACTERS));
    article = "";
  }
  return articles;
}

const residentMB = (): number => {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1e6;
};

/** Texts per second of CPU time, which other work on the machine does not change; the median of some rounds. */
async function rateOf(encoder: Encoder, texts: readonly string[], role: "query" | "document"): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    await encoder.encode(texts, { role });
    const { user, system } = process.cpuUsage(start);
    rates.push(texts.length / ((user + system) / 1e6));
  }
  return rates.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}

const file = positionals[0];
const articles = file === undefined ? makeArticles() : readArticles(file);
const queries = articles.map((article) => article.slice(0, QUERY_CHARACTERS));
const choice = values.encoder.startsWith("onnx:")
  ? ({ kind: "onnx", model: values.encoder.slice("onnx:".length) } as const)
  : ({ kind: "builtin" } as const);

const before = residentMB();
const loadStart = performance.now();
using lease = await borrowEncoder(createResources(), choice);
const encoder = lease.value;
await encoder.encode(["水"], { role: "query" });
const loadMs = performance.now() - loadStart;
const after = residentMB();
const perQuery = await rateOf(encoder, queries, "query");
const perArticle = await rateOf(encoder, articles, "document");

console.log(`encoder      ${encoder.name}, ${encoder.dimensions} dimensions`);
console.log(`load         ${loadMs.toFixed(0)} ms to the first vector, of which checking the files is a part`);
console.log(
  `resident     ${(after - before).toFixed(0)} MB more after loading, ${(residentMB() - before).toFixed(0)} MB more at the end`,
);
console.log(`queries/s    ${perQuery.toFixed(0)} of ${QUERY_CHARACTERS} characters, per second of CPU`);
console.log(`articles/s   ${perArticle.toFixed(0)} of ${CHARACTERS} characters, per second of CPU`);
