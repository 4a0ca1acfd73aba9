import type { Article } from "../archive/article.ts";
import { lettersOf } from "../text/letters.ts";

/** Two articles are near-copies when the shingles of their bodies overlap so much (Jaccard): a copy often has another headline. */
const LEAST_OVERLAP = 0.7;
/** Where the title counts too, because a body is short. */
const LEAST_OVERLAP_WITH_TITLE = 0.8;
/** Texts are looked at only where their vectors are so near… */
const LEAST_COSINE = 0.9;
/** …or, since another headline takes up to two tenths away, so near and published within days of each other. */
const LEAST_COSINE_WITHIN_DAYS = 0.8;
const DAYS_MS = 14 * 86_400_000;
/** Units of the body's opening that are compared; how a copy was cut at its end does not matter. */
const COMPARED_UNITS = 600;
/** A body of fewer says too little alone, or is the same appeal under many questions: the title is compared with it. */
const LEAST_BODY_UNITS = 100;
const SHINGLE_UNITS = 5;

/** What of an article is compared. */
interface Opening {
  /** Hashes of every five letters in a row of the folded text, separators left out. */
  readonly shingles: ReadonlySet<number>;
  readonly hasTitle: boolean;
}

function openingOf({ title, body }: Pick<Article, "title" | "body">): Opening {
  const opening = lettersOf(body.slice(0, COMPARED_UNITS));
  const hasTitle = opening.length < LEAST_BODY_UNITS;
  const letters = hasTitle ? lettersOf(title) + opening : opening;
  const shingles = new Set<number>();
  for (let start = 0; start < Math.max(1, letters.length - SHINGLE_UNITS + 1); start++) {
    let hash = 0x811c9dc5;
    const end = Math.min(letters.length, start + SHINGLE_UNITS);
    for (let index = start; index < end; index++) hash = Math.imul(hash ^ letters.charCodeAt(index), 0x01000193);
    if (end > start) shingles.add(hash);
  }
  return { shingles, hasTitle };
}

function areCopies(a: Opening, b: Opening): boolean {
  const least = a.hasTitle || b.hasTitle ? LEAST_OVERLAP_WITH_TITLE : LEAST_OVERLAP;
  return jaccard(a.shingles, b.shingles) >= least;
}

/** The shared part of two sets, 0…1; 0 when both are empty. */
function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}

/** Whether two unit vectors have at least that cosine. By their distance, which only grows: most are soon too far. */
function isNear(a: Float32Array, b: Float32Array, leastCosine: number): boolean {
  const most = 2 - 2 * leastCosine;
  let distance = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    distance += difference * difference;
    if (distance > most) return false;
  }
  return true;
}

/** What is asked of each article in a list to find its copies; texts are read for those alone whose vectors are near. */
export interface CopyCandidates {
  readonly count: number;
  vector(index: number): Float32Array | undefined;
  /** -Infinity where none is known. */
  publishedAtMs(index: number): number;
  article(index: number): Article | undefined;
}

/**
 * Groups a list: each article joins the first one before it that it nearly copies. Entry i is the index that article i was
 * folded into, or i itself. Depends on the order alone, so the groups of a list's beginning do not change when it grows.
 */
export function groupCopies({ count, vector, publishedAtMs, article }: CopyCandidates): number[] {
  const vectors = Array.from({ length: count }, (_, index) => vector(index));
  const times = Array.from({ length: count }, (_, index) => publishedAtMs(index));
  const openings: (Opening | undefined)[] = [];
  const openingAt = (index: number): Opening => {
    const found = openings[index] ?? openingOf(article(index) ?? { title: "", body: "" });
    openings[index] = found;
    return found;
  };
  const leaders: number[] = [];
  return vectors.map((own, index) => {
    const leader = leaders.find((earlier) => {
      const other = vectors[earlier];
      const apartMs = Math.abs((times[index] as number) - (times[earlier] as number));
      const leastCosine = apartMs <= DAYS_MS ? LEAST_COSINE_WITHIN_DAYS : LEAST_COSINE;
      if (own === undefined || other === undefined || !isNear(own, other, leastCosine)) return false;
      return areCopies(openingAt(index), openingAt(earlier));
    });
    if (leader === undefined) leaders.push(index);
    return leader ?? index;
  });
}
