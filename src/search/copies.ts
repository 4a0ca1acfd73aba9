import type { Article } from "../archive/archive.ts";
import { fold } from "../text/fold.ts";
import { scanRuns } from "../text/runs.ts";

/** Two articles are near-copies when their shingles overlap so much (Jaccard)… */
const LEAST_OVERLAP = 0.8;
/** …which is looked at only where their vectors are so near. */
const LEAST_COSINE = 0.9;
/** The square of the distance of unit vectors with that cosine. */
const MOST_DISTANCE = 2 - 2 * LEAST_COSINE;
/** Units of the title and the body's opening that are compared; how a copy was cut at its end does not matter. */
const COMPARED_UNITS = 600;
const SHINGLE_UNITS = 5;

/** Hashes of every five letters in a row of an article's folded title and opening, separators left out. */
export function shinglesOf({ title, body }: Pick<Article, "title" | "body">): Set<number> {
  const folded = fold(`${title}\n${body.slice(0, COMPARED_UNITS)}`);
  let letters = "";
  scanRuns(folded, (_kind, start, end) => {
    letters += folded.slice(start, end);
  });
  letters = letters.slice(0, COMPARED_UNITS);
  const shingles = new Set<number>();
  for (let start = 0; start < Math.max(1, letters.length - SHINGLE_UNITS + 1); start++) {
    let hash = 0x811c9dc5;
    const end = Math.min(letters.length, start + SHINGLE_UNITS);
    for (let index = start; index < end; index++) hash = Math.imul(hash ^ letters.charCodeAt(index), 0x01000193);
    if (end > start) shingles.add(hash);
  }
  return shingles;
}

/** The shared part of two sets, 0…1; 0 when both are empty. */
export function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}

/** Whether the cosine of two unit vectors is {@link LEAST_COSINE} or more. By their distance, which only grows: most are soon too far. */
function isNear(a: Float32Array, b: Float32Array): boolean {
  let distance = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    distance += difference * difference;
    if (distance > MOST_DISTANCE) return false;
  }
  return true;
}

/** What is asked of each article in a list to find its copies; texts are read for those alone whose vectors are near. */
export interface CopyCandidates {
  readonly count: number;
  vector(index: number): Float32Array | undefined;
  article(index: number): Article | undefined;
}

/**
 * Groups a list: each article joins the first one before it that it nearly copies. Entry i is the index that article i was
 * folded into, or i itself. Depends on the order alone, so the groups of a list's beginning do not change when it grows.
 */
export function groupCopies({ count, vector, article }: CopyCandidates): number[] {
  const vectors = Array.from({ length: count }, (_, index) => vector(index));
  const shingles: (Set<number> | undefined)[] = [];
  const shinglesAt = (index: number): Set<number> => {
    const known = shingles[index];
    if (known !== undefined) return known;
    const found = article(index);
    const made = found === undefined ? new Set<number>() : shinglesOf(found);
    shingles[index] = made;
    return made;
  };
  const leaders: number[] = [];
  return vectors.map((own, index) => {
    const leader = leaders.find((earlier) => {
      const other = vectors[earlier];
      if (own === undefined || other === undefined || !isNear(own, other)) return false;
      return jaccard(shinglesAt(index), shinglesAt(earlier)) >= LEAST_OVERLAP;
    });
    if (leader === undefined) leaders.push(index);
    return leader ?? index;
  });
}
