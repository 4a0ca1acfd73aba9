import type { Article } from "../archive/article.ts";
import type { IntegerSet } from "../collections/integer-set.ts";
import { fold } from "../text/fold.ts";
import { lettersOf, lettersOfFolded } from "../text/letters.ts";
import type { Candidates } from "./candidates.ts";
import { shinglesOf } from "./shingles.ts";

/**
 * Share of the shingles of the shorter of two bodies that the other holds from which one copies the other. Not of both: a copy is cut, or has
 * another beginning or end. Headlines are not compared, since copies often have another.
 */
const MIN_HELD = 0.7;

/** The same for bodies that say little, which are compared as a whole: near all of both must be the same. */
const MIN_HELD_SHORT = 0.85;

/** Share of the pairs of letters of the shorter of two headlines that the other holds, where a body says little. */
const MIN_TITLE_HELD = 0.5;

/** Share of all the shingles of two bodies from which they are so much alike that the headline need not be asked. */
const MIN_OVERLAP_UNASKED = 0.7;

/**
 * Share of the pairs of letters of each part of the longer one's headline that the shorter one holds: a digest of several pieces of news holds
 * a short report as a whole, and is no copy of it.
 */
const MIN_HEADLINE_TOLD = 0.25;

/** Share of the numbers of the text that has fewer which the other has: reports that fill a form differ in their numbers alone. */
const MIN_NUMBERS_SHARED = 0.6;

/** Texts with fewer numbers are not told apart by them. */
const MIN_NUMBERS = 3;

/** Cosine from which two articles are compared as copies, whenever they were published. */
const MIN_COPY_COSINE = 0.9;

/** Cosine from which two articles are compared as copies when they were published close together: another headline takes up to two tenths away. */
const MIN_COPY_COSINE_CLOSE_IN_TIME = 0.8;

/** How far apart two articles may be published to count as close together in time. */
const CLOSE_IN_TIME_MS = 14 * 86_400_000;

/** Units of the opening of a body that are compared, so that it does not matter where a copy was cut. */
const COMPARED_UNITS = 600;

/** Bodies with fewer letters say little: they may stand under several headlines. */
const MIN_BODY_LETTERS = 100;

/** One shingle in so many is looked at first: the same ones of every text, so that most of what copies nothing is soon told. */
const SAMPLED_OF = 8;

/** Share of the sampled shingles below which the others are not looked at. */
const MIN_SAMPLE_HELD = 0.4;

/** Sampled shingles from which they tell something. */
const MIN_SAMPLED = 12;

/** Numbers of a folded text, in digits or in Chinese. One sign alone, such as 一, is seldom one. */
const NUMBERS = /\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千万亿]{2,}/g;

/** What of an article is compared; most of it is made when it is first asked for. */
class ReadOpening {
  /** Hashes of every five letters in a row of the folded text, separators left out. */
  readonly shingles: IntegerSet;
  readonly sample: Int32Array;
  readonly saysLittle: boolean;
  readonly #title: string;
  readonly #folded: string;
  readonly #letters: string;
  #numbers: ReadonlySet<string> | undefined;

  constructor({ title, body }: Pick<Article, "title" | "body">) {
    this.#title = title;
    this.#folded = fold(body.slice(0, COMPARED_UNITS));
    this.#letters = lettersOfFolded(this.#folded);
    this.saysLittle = this.#letters.length < MIN_BODY_LETTERS;
    this.shingles = shinglesOf(this.#letters);
    this.sample = sampleOf(this.shingles.members);
  }

  get numbers(): ReadonlySet<string> {
    this.#numbers ??= new Set(this.#folded.match(NUMBERS));
    return this.#numbers;
  }

  /** Pairs of letters of the headline. */
  get title(): ReadonlySet<string> {
    return pairsOf(lettersOf(this.#title));
  }

  /** Whether it has something of each part of another's headline. */
  tells(other: ReadOpening): boolean {
    const letters = lettersOf(this.#title) + this.#letters;
    return other.#title.split(/[;；]/).every((part) => {
      const pairs = pairsOf(lettersOf(part));
      return [...pairs].filter((pair) => letters.includes(pair)).length >= MIN_HEADLINE_TOLD * pairs.size;
    });
  }
}

function sampleOf(hashes: Int32Array): Int32Array {
  const sample = new Int32Array(hashes.length);
  let count = 0;
  for (let at = 0; at < hashes.length; at++) {
    const hash = hashes[at] as number;
    if ((hash >>> 8) % SAMPLED_OF === 0) sample[count++] = hash;
  }
  return sample.slice(0, count);
}

function pairsOf(letters: string): Set<string> {
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < letters.length; at++) pairs.add(letters.slice(at, at + 2));
  return pairs;
}

function areCopies(a: ReadOpening, b: ReadOpening): boolean {
  const [less, more] = a.shingles.size <= b.shingles.size ? [a, b] : [b, a];
  if (less.saysLittle) return areShortCopies(less, more);
  const { sample } = less;
  if (sample.length >= MIN_SAMPLED && more.shingles.countOf(sample) < MIN_SAMPLE_HELD * sample.length) return false;
  const held = more.shingles.countOf(less.shingles.members);
  if (held < MIN_HELD * less.shingles.size || !shareNumbers(a, b, MIN_NUMBERS, MIN_NUMBERS_SHARED)) return false;
  const all = less.shingles.size + more.shingles.size - held;
  return held >= MIN_OVERLAP_UNASKED * all || less.tells(more);
}

/** Texts of a sentence or two: the same words, every number of one in the other, and headlines that are much alike. */
function areShortCopies(less: ReadOpening, more: ReadOpening): boolean {
  if (less.shingles.size < MIN_HELD_SHORT * more.shingles.size) return false;
  const held = more.shingles.countOf(less.shingles.members);
  if (held === 0 || held < MIN_HELD_SHORT * less.shingles.size || !shareNumbers(less, more, 1, 1)) return false;
  const [one, other] = [less.title, more.title];
  const [shorter, longer] = one.size <= other.size ? [one, other] : [other, one];
  return shorter.size === 0 ? longer.size === 0 : shareHeld(shorter, longer) >= MIN_TITLE_HELD;
}

/** Whether two texts have the numbers in common, or one has too few to tell. */
function shareNumbers(a: ReadOpening, b: ReadOpening, least: number, share: number): boolean {
  const [fewer, more] = a.numbers.size <= b.numbers.size ? [a.numbers, b.numbers] : [b.numbers, a.numbers];
  return fewer.size < least || shareHeld(fewer, more) >= share;
}

function countHeld<T>(some: Iterable<T>, others: ReadonlySet<T>): number {
  let held = 0;
  for (const one of some) if (others.has(one)) held++;
  return held;
}

/** The share of a set that another holds, 0…1; 0 of an empty one. */
const shareHeld = <T>(some: ReadonlySet<T>, others: ReadonlySet<T>): number =>
  some.size === 0 ? 0 : countHeld(some, others) / some.size;

/** Numbers of two vectors that are compared before it is asked whether they are too far apart already. */
const STEP = 16;

/** Whether two unit vectors have at least that cosine. By their distance, which only grows: most are soon too far. */
function isNear(a: Float32Array, b: Float32Array, leastCosine: number): boolean {
  const most = 2 - 2 * leastCosine;
  let distance = 0;
  for (let start = 0; start < a.length; start += STEP) {
    const end = Math.min(a.length, start + STEP);
    for (let index = start; index < end; index++) {
      const difference = (a[index] as number) - (b[index] as number);
      distance += difference * difference;
    }
    if (distance > most) return false;
  }
  return true;
}

/** The articles of a list as they are compared, each read when it is first asked for. */
class Compared {
  readonly #places: readonly number[];
  readonly #candidates: Pick<Candidates, "article">;
  readonly #vectors: (Float32Array | undefined)[] = [];
  readonly #times: number[] = [];
  readonly #openings: (ReadOpening | undefined)[] = [];

  constructor(places: readonly number[], candidates: Pick<Candidates, "vector" | "publishedAtMs" | "article">) {
    this.#places = places;
    this.#candidates = candidates;
    for (const place of places) {
      this.#vectors.push(candidates.vector(place));
      this.#times.push(candidates.publishedAtMs(place));
    }
  }

  /** Whether one copies the other, by their indexes. */
  areCopies(index: number, earlier: number): boolean {
    const own = this.#vectors[index];
    const other = this.#vectors[earlier];
    const apartMs = Math.abs((this.#times[index] as number) - (this.#times[earlier] as number));
    const leastCosine = apartMs <= CLOSE_IN_TIME_MS ? MIN_COPY_COSINE_CLOSE_IN_TIME : MIN_COPY_COSINE;
    if (own === undefined || other === undefined || !isNear(own, other, leastCosine)) return false;
    return areCopies(this.#openingAt(index), this.#openingAt(earlier));
  }

  #openingAt(index: number): ReadOpening {
    const known = this.#openings[index];
    if (known !== undefined) return known;
    const opening = new ReadOpening(this.#candidates.article(this.#places[index] ?? 0) ?? { title: "", body: "" });
    this.#openings[index] = opening;
    return opening;
  }
}

/**
 * Groups a list of places: each article joins the first group before it of which it nearly copies an article, the first of the group or
 * another. Entry i is the index of the first article of its group, or i itself. Depends on the order alone, so the groups of a list's beginning do not change when it grows.
 * Texts are read for those alone whose vectors are near.
 */
export function groupCopies(
  places: readonly number[],
  candidates: Pick<Candidates, "vector" | "publishedAtMs" | "article">,
): number[] {
  const compared = new Compared(places, candidates);
  const groups: number[][] = [];
  const leaders: number[] = [];
  for (let index = 0; index < places.length; index++) {
    const group = findGroup(groups, index, compared);
    if (group === undefined) groups.push([index]);
    else group.push(index);
    leaders.push(group?.[0] ?? index);
  }
  return leaders;
}

/** The first group whose first article one copies, else the first of which it copies another. */
function findGroup(groups: readonly number[][], index: number, compared: Compared): number[] | undefined {
  for (const group of groups) if (compared.areCopies(index, group[0] as number)) return group;
  for (const group of groups)
    for (let at = 1; at < group.length; at++) if (compared.areCopies(index, group[at] as number)) return group;
  return undefined;
}

/** Jaccard overlap of the shingles of two bodies from which one copies the other, where no more is known of them. */
const MIN_BODY_OVERLAP = 0.7;

/** The same of titles and bodies, where a body is short. */
const MIN_OVERLAP_WITH_TITLE = 0.8;

/** What is kept of an article where its copies are to be known later, without its text. */
export interface Opening {
  readonly shingles: IntegerSet;
  /** The headline is among them. */
  readonly hasTitle: boolean;
}

export function openingOf({ title, body }: Pick<Article, "title" | "body">): Opening {
  const letters = lettersOf(body.slice(0, COMPARED_UNITS));
  const hasTitle = letters.length < MIN_BODY_LETTERS;
  return { shingles: shinglesOf(hasTitle ? lettersOf(title) + letters : letters), hasTitle };
}

/** The overlap of what is kept of two articles from which they are copies. Of all their shingles: fewer are found than {@link groupCopies} finds. */
export const copyOverlap = (a: Pick<Opening, "hasTitle">, b: Pick<Opening, "hasTitle">): number =>
  a.hasTitle || b.hasTitle ? MIN_OVERLAP_WITH_TITLE : MIN_BODY_OVERLAP;
