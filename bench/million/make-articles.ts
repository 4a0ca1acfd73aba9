import { once } from "node:events";
import { createWriteStream, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createRandom, type Random } from "./random.ts";

/** A source article, taken apart. */
interface Parts {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly source: string;
  readonly category: string;
}

const FIRST_MS = Date.UTC(2008, 0, 1);
const LAST_MS = Date.UTC(2026, 9, 31);
/** Characters of a body: log-normal, so most are short and a few are long. */
const MEDIAN_CHARACTERS = 560;
const SPREAD = 0.6;
const SHORTEST = 80;
const LONGEST = 8000;
/** Share of articles that come in long after they were published. */
const LATE_SHARE = 0.02;
const LATE_MS = 400 * 86_400_000;

export interface MakeOptions {
  /** A folder of .jsonl or .jsonl.gz files, or one such file. */
  readonly from: string;
  readonly target: string;
  readonly count: number;
  /** Begins the ids. */
  readonly name?: string;
  /** Another one makes other articles of the same parts. */
  readonly seed?: number;
}

/**
 * Writes `count` articles as JSON lines into `target`, made by putting together sentences of two to four source articles
 * that stand near each other. They come in the order of their dates, except for a few late ones. Deterministic.
 */
export async function makeArticles({
  from,
  target,
  count,
  name = "made",
  seed = 20_260_314,
}: MakeOptions): Promise<void> {
  const parts = readParts(from);
  if (parts.length === 0) throw new Error(`${from} holds no articles with a title and a body`);
  const random = createRandom(seed);
  const output = createWriteStream(target);
  for (let index = 0; index < count; index++) {
    const line = `${JSON.stringify({ id: `${name}-${index}`, ...makeArticle(index, count, parts, random) })}\n`;
    if (!output.write(line)) await once(output, "drain");
  }
  output.end();
  await once(output, "close");
}

function makeArticle(index: number, count: number, parts: readonly Parts[], random: Random): object {
  const base = random.below(parts.length);
  const pick = (): Parts => {
    // Neighbours in a dump are near in time, often in subject.
    const near = random.next() < 0.7 ? base + random.below(41) - 20 : random.below(parts.length);
    return parts[(near + parts.length) % parts.length] as Parts;
  };
  const length = Math.min(LONGEST, Math.max(SHORTEST, MEDIAN_CHARACTERS * Math.exp(SPREAD * random.normal())));
  const { title, source, category } = parts[base] as Parts;
  const members = [parts[base] as Parts, pick(), pick(), pick()].slice(0, 2 + random.below(3));
  let body = "";
  for (let turn = 0; body.length < length; turn++) {
    const { sentences } = members[turn % members.length] as Parts;
    const run = 2 + random.below(6);
    const first = random.below(sentences.length);
    for (let step = 0; step < run && body.length < length; step++) body += sentences[(first + step) % sentences.length];
  }
  return {
    title: random.next() < 0.5 ? title : `${title}：${pick().title.slice(0, 12)}`,
    body,
    published: new Date(publishedMs(index, count, random)).toISOString(),
    source,
    category,
    url: `https://news.example.org/${index}`,
  };
}

/** The instant before which a part of the articles were published, 0…1, but for the late ones. */
export const publishedAtQuantile = (part: number): number => FIRST_MS + (LAST_MS - FIRST_MS) * part ** 0.6;

/** Later years have more articles; each article some minutes off its place in line, a few very late. */
function publishedMs(index: number, count: number, random: Random): number {
  const time = publishedAtQuantile((index + random.next()) / count);
  return random.next() < LATE_SHARE ? Math.max(FIRST_MS, time - random.next() * LATE_MS) : time;
}

function readParts(from: string): Parts[] {
  const paths = statSync(from).isDirectory() ? globSync(join(from, "*.jsonl{,.gz}")).sort() : [from];
  const parts: Parts[] = [];
  for (const path of paths) {
    for (const line of readLines(path)) {
      const { title, body, source, category } = JSON.parse(line) as Record<string, unknown>;
      const sentences = String(body ?? "").match(/[^。！？\n]+[。！？]*/gu) ?? [];
      if (typeof title !== "string" || title === "" || sentences.length === 0) continue;
      parts.push({ title, sentences, source: String(source ?? ""), category: String(category ?? "") });
    }
  }
  return parts;
}

/** The lines of a text file, gzipped or not, that are not empty. */
export function readLines(path: string): string[] {
  const bytes = readFileSync(path);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").split("\n").filter(Boolean);
}
