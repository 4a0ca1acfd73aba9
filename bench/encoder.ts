/**
 * How fast and how large the built-in encoder is.
 *
 *     node bench/encoder.ts [FILE.jsonl[.gz]]
 *
 * The file holds articles, one JSON object a line with `title` and `body`; without it, text is made up from the model's own
 * vocabulary. Articles are cut or filled to 600 characters.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { BUILT_IN_MODEL, loadStaticEncoder } from "../src/encoder/static/static-encoder.ts";

const ARTICLES = 4000;
const CHARACTERS = 600;

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

const before = residentMB();
const loadStart = performance.now();
const encoder = await loadStaticEncoder();
const loadMs = performance.now() - loadStart;
const after = residentMB();

const file = process.argv[2];
const articles = file === undefined ? makeArticles() : readArticles(file);
const rates: number[] = [];
for (let round = 0; round < 5; round++) {
  // CPU time, not wall time: other work on the machine does not count.
  const start = process.cpuUsage();
  await encoder.encode(articles, { role: "document" });
  const { user, system } = process.cpuUsage(start);
  rates.push(articles.length / ((user + system) / 1e6));
}
rates.sort((a, b) => a - b);

console.log(`encoder        ${encoder.name}, ${encoder.dimensions} dimensions`);
console.log(`load           ${loadMs.toFixed(0)} ms, of which checking the files is a part`);
console.log(`declared       ${(encoder.bytes / 1e6).toFixed(1)} MB`);
console.log(
  `resident       ${before.toFixed(0)} → ${after.toFixed(0)} MB after loading (run with --expose-gc to count less garbage)`,
);
console.log(
  `articles/s     ${rates[2]?.toFixed(0)} of ${CHARACTERS} characters, per second of CPU (median of ${rates.length} rounds)`,
);
