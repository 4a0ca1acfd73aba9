import { execFileSync } from "node:child_process";
import { readLines } from "./make-articles.ts";
import { createRandom, type Random } from "./random.ts";

export const QUERY_CLASSES = ["headlines", "common", "pairs"] as const;
export type QueryClass = (typeof QUERY_CLASSES)[number];

/** What is asked, by kind: headlines as people write them, the twenty commonest words, two words of one article. */
export type QuerySet = Readonly<Record<QueryClass, readonly string[]>>;

interface Text {
  readonly title: string;
  readonly body: string;
}

const HEADLINES = 500;
const COMMON_WORDS = 20;
const PAIRS = 500;
/** Articles from which words are learnt. */
const SAMPLE = 4000;

/**
 * Queries for a file of articles as {@link makeArticles} writes it.
 * @param headlines file of .jsonl[.gz] with a `query` or `title` a line; without one, openings of the articles' titles
 */
export function makeQueries(articlesFile: string, headlines: string | undefined): QuerySet {
  const texts = readHead(articlesFile, SAMPLE).map((line) => JSON.parse(line) as Text);
  const random = createRandom(7);
  const words = texts.map(({ title, body }) => wordsOf(`${title}\n${body}`));
  return {
    headlines: headlines === undefined ? openings(texts, random) : readHeadlines(headlines),
    common: commonest(words, COMMON_WORDS),
    pairs: pairsWithin(words, PAIRS, random),
  };
}

/** A query of any kind: three in five are headlines, the others words. */
export function anyQuery(queries: QuerySet, random: Random): string {
  const pick = random.next();
  const among = pick < 0.6 ? queries.headlines : pick < 0.8 ? queries.common : queries.pairs;
  return among[random.below(among.length)] ?? "";
}

const segmenter = new Intl.Segmenter("zh", { granularity: "word" });

/** The distinct words of two Chinese characters or more. */
export function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const { segment } of segmenter.segment(text)) if (/^\p{Script=Han}{2,}$/u.test(segment)) words.add(segment);
  return words;
}

/** The words that stand in the most texts, the commonest first. */
export function commonest(texts: readonly ReadonlySet<string>[], count: number): string[] {
  const counts = new Map<string, number>();
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, count)
    .map(([word]) => word);
}

function pairsWithin(texts: readonly ReadonlySet<string>[], count: number, random: Random): string[] {
  const rich = texts.filter(({ size }) => size >= 2).map((words) => [...words]);
  if (rich.length === 0) return [];
  return Array.from({ length: count }, () => {
    const words = rich[random.below(rich.length)] as string[];
    const first = random.below(words.length);
    const second = (first + 1 + random.below(words.length - 1)) % words.length;
    return `${words[first]} ${words[second]}`;
  });
}

/** What somebody types who half remembers an article. */
function openings(texts: readonly Text[], random: Random): string[] {
  return Array.from({ length: HEADLINES }, () => {
    const { title } = texts[random.below(texts.length)] as Text;
    return title.slice(0, 4 + random.below(12));
  });
}

function readHeadlines(path: string): string[] {
  const lines = readLines(path);
  const count = Math.min(HEADLINES, lines.length);
  return Array.from({ length: count }, (_, index) => {
    const line = lines[Math.floor((index * lines.length) / count)] ?? "{}";
    const { query, title } = JSON.parse(line) as { query?: string; title?: string };
    return query ?? title ?? "";
  });
}

/** The first lines of a file, without reading all of it. */
export function readHead(path: string, lines: number): string[] {
  return execFileSync("head", ["-n", String(lines), path], { encoding: "utf8", maxBuffer: 2 ** 30 })
    .split("\n")
    .filter(Boolean);
}
