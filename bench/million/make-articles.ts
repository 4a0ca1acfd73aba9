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
/** Share of articles that another outlet takes over, nearly word for word. */
const COPY_SHARE = 0.1;
/** Share of articles that tell of an event of which another has told. */
const TELLING_SHARE = 0.15;
/** Tellings of one event at most, the first included. */
const MOST_TELLINGS = 10;
/** Articles back to which copies and tellings reach: half a day to some days of a busy archive. */
const RECENT = 400;
/** Outlets that take articles over. */
const OUTLETS = ["早报", "晚报", "在线", "财经", "都市", "联播", "头条"];

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

/** What has been made, as far as later articles copy it or tell of the same. */
interface Made {
  readonly title: string;
  readonly body: string;
  readonly source: string;
  readonly category: string;
  readonly members: readonly Parts[];
  tellings: number;
}

/**
 * Writes `count` articles as JSON lines into `target`, made by putting together sentences of two to four source articles
 * that stand near each other. As in real archives, one in ten is another outlet's copy of a recent one, and events are told several times.
 * They come in the order of their dates, except for a few late ones. Deterministic.
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
  const recent: Made[] = [];
  for (let index = 0; index < count; index++) {
    const made = makeArticle(parts, recent, random);
    recent[index % RECENT] = made;
    const { title, body, source, category } = made;
    const published = new Date(publishedMs(index, count, random)).toISOString();
    const url = `https://news.example.org/${index}`;
    const line = `${JSON.stringify({ id: `${name}-${index}`, title, body, published, source, category, url })}\n`;
    if (!output.write(line)) await once(output, "drain");
  }
  output.end();
  await once(output, "close");
}

function makeArticle(parts: readonly Parts[], recent: readonly Made[], random: Random): Made {
  const roll = random.next();
  const earlier = recent[random.below(Math.max(1, recent.length))];
  if (earlier !== undefined && roll < COPY_SHARE) return copyOf(earlier, random);
  const isTold = roll < COPY_SHARE + TELLING_SHARE && (earlier?.tellings ?? MOST_TELLINGS) < MOST_TELLINGS;
  if (earlier === undefined || !isTold) return tell(pickMembers(parts, random), random);
  earlier.tellings++;
  return tell(earlier.members, random);
}

/** Source articles that stand near each other. */
function pickMembers(parts: readonly Parts[], random: Random): Parts[] {
  const base = random.below(parts.length);
  const pick = (): Parts => {
    // Neighbours in a dump are near in time, often in subject.
    const near = random.next() < 0.7 ? base + random.below(41) - 20 : random.below(parts.length);
    return parts[(near + parts.length) % parts.length] as Parts;
  };
  return [parts[base] as Parts, pick(), pick(), pick()].slice(0, 2 + random.below(3));
}

/** An article of runs of the members' sentences. */
function tell(members: readonly Parts[], random: Random): Made {
  const [first, second] = members as readonly [Parts, Parts];
  const length = Math.min(LONGEST, Math.max(SHORTEST, MEDIAN_CHARACTERS * Math.exp(SPREAD * random.normal())));
  let body = "";
  for (let turn = 0; body.length < length; turn++) {
    const { sentences } = members[turn % members.length] as Parts;
    const run = 2 + random.below(6);
    const start = random.below(sentences.length);
    for (let step = 0; step < run && body.length < length; step++) body += sentences[(start + step) % sentences.length];
  }
  const title = random.next() < 0.5 ? first.title : `${first.title}：${second.title.slice(0, 12)}`;
  return { title, body, source: first.source, category: first.category, members, tellings: 1 };
}

/** The same text in another outlet: as it is or cut, sometimes under another headline. */
function copyOf(made: Made, random: Random): Made {
  const body = random.next() < 0.5 ? made.body : made.body.slice(0, Math.ceil(made.body.length * 0.85));
  const title = random.next() < 0.7 ? made.title : `转载：${made.title}`;
  return { ...made, title, body, source: OUTLETS[random.below(OUTLETS.length)] as string };
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
