import type { Article } from "../archive/article.ts";
import { lettersOf } from "../text/letters.ts";
import type { Candidates } from "./candidates.ts";

/** Jaccard overlap of the shingles of two bodies from which one copies the other; headlines are not compared, since copies often have another. */
const MIN_BODY_OVERLAP = 0.7;

/** Jaccard overlap of the shingles of two titles and bodies from which one copies the other, where a body is short. */
const MIN_OVERLAP_WITH_TITLE = 0.8;

/** Cosine from which two articles are compared as copies, whenever they were published. */
const MIN_COPY_COSINE = 0.9;

/** Cosine from which two articles are compared as copies when they were published close together: another headline takes up to two tenths away. */
const MIN_COPY_COSINE_CLOSE_IN_TIME = 0.8;

/** How far apart two articles may be published to count as close together in time. */
const CLOSE_IN_TIME_MS = 14 * 86_400_000;

/** Units of the opening of a body that are compared, so that it does not matter where a copy was cut. */
const COMPARED_UNITS = 600;

/** Bodies with fewer letters are compared together with their titles: alone they say too little, or stand under many questions. */
const MIN_BODY_LETTERS = 100;

/** Letters in a row that make one shingle. */
const SHINGLE_UNITS = 5;

/** What of an article is compared. */
export interface Opening {
  /** Hashes of every five letters in a row of the folded text, separators left out. */
  readonly shingles: ReadonlySet<number>;
  readonly hasTitle: boolean;
}

/** The part of an article by which its copies are known. */
export function openingOf({ title, body }: Pick<Article, "title" | "body">): Opening {
  const opening = lettersOf(body.slice(0, COMPARED_UNITS));
  const hasTitle = opening.length < MIN_BODY_LETTERS;
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

/** The overlap of their shingles from which two articles are copies. */
export const copyOverlap = (a: Pick<Opening, "hasTitle">, b: Pick<Opening, "hasTitle">): number =>
  a.hasTitle || b.hasTitle ? MIN_OVERLAP_WITH_TITLE : MIN_BODY_OVERLAP;

const areCopies = (a: Opening, b: Opening): boolean => jaccard(a.shingles, b.shingles) >= copyOverlap(a, b);

/** The shared part of two sets, 0…1; 0 when both are empty. */
function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}

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

/**
 * Groups a list of places: each article joins the first one before it that it nearly copies. Entry i is the index that article i
 * was folded into, or i itself. Depends on the order alone, so the groups of a list's beginning do not change when it grows.
 * Texts are read for those alone whose vectors are near.
 */
export function groupCopies(
  places: readonly number[],
  candidates: Pick<Candidates, "vector" | "publishedAtMs" | "article">,
): number[] {
  const vectors = places.map((place) => candidates.vector(place));
  const times = places.map((place) => candidates.publishedAtMs(place));
  const openings: (Opening | undefined)[] = [];
  const openingAt = (index: number): Opening => {
    const found = openings[index] ?? openingOf(candidates.article(places[index] ?? 0) ?? { title: "", body: "" });
    openings[index] = found;
    return found;
  };
  const leaders: number[] = [];
  return vectors.map((own, index) => {
    const leader = leaders.find((earlier) => {
      const other = vectors[earlier];
      const apartMs = Math.abs((times[index] as number) - (times[earlier] as number));
      const leastCosine = apartMs <= CLOSE_IN_TIME_MS ? MIN_COPY_COSINE_CLOSE_IN_TIME : MIN_COPY_COSINE;
      if (own === undefined || other === undefined || !isNear(own, other, leastCosine)) return false;
      return areCopies(openingAt(index), openingAt(earlier));
    });
    if (leader === undefined) leaders.push(index);
    return leader ?? index;
  });
}
