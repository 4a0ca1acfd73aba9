import type { Candidates, Contemporaries } from "./candidates.ts";
import { countShared, termsOfOpening } from "./shared-terms.ts";
import { dotProduct, spreadOf } from "./unit-vectors.ts";

/** Tellings of one event are published at most this far apart. */
export const STORY_MS = 3 * 86_400_000;

/**
 * Part of the terms of the shorter opening that two tellings of one event share at least: a vector alone may be near because it says
 * little, as those of short texts in a language that the encoder hardly knows.
 */
const MIN_SHARED_PART = 0.03;

/** Terms that the openings of two tellings of one event share at least. */
const MIN_SHARED_TERMS = 3;

/** Articles published around an article that its possible tellings are compared with. */
const CONTEMPORARIES = 64;

/** With fewer contemporaries than this, nothing can be told from them. */
const MIN_CONTEMPORARIES = 16;

/** Standard deviations by which a telling must stand out from the contemporaries. */
const STANDS_OUT_DEVIATIONS = 2.5;

/**
 * The cosine from which two articles tell the same event in an archive that holds few of those days: it separates the stories of
 * sample/ from everything else that it tells of those days.
 */
const AMONG_FEW = { articles: 4, cosine: 0.43 };

/**
 * The cosine from which two articles tell the same event among many of those days, where some come near by chance: from pairs of
 * world news by different outlets, judged by eye (docs/SEARCH.md).
 */
const AMONG_MANY = { articles: 1400, cosine: 0.73 };

/**
 * The cosine from which two articles tell the same event, by how many articles the archive holds of the days around: along the
 * logarithm from {@link AMONG_FEW} to {@link AMONG_MANY}, as the nearest of n grows by chance.
 */
export function storyFloor(articlesAround: number): number {
  const { articles: few, cosine: least } = AMONG_FEW;
  const { articles: many, cosine: most } = AMONG_MANY;
  const share = Math.log(Math.max(1, articlesAround) / few) / Math.log(many / few);
  return least + Math.min(1, Math.max(0, share)) * (most - least);
}

/**
 * The cosine from which an article stands out from its contemporaries: where all of them speak of one thing, as in an archive of
 * politics, being near says less. 0 where they are too few.
 */
function standOutFloor(contemporaries: Contemporaries, vector: Float32Array, instantMs: number): number {
  const cosines = contemporaries.cosinesAround(vector, instantMs, CONTEMPORARIES);
  if (cosines.length < MIN_CONTEMPORARIES) return 0;
  const { median, deviation } = spreadOf(cosines);
  return median + STANDS_OUT_DEVIATIONS * deviation;
}

/** The cosine from which another article tells the event of one with this vector and instant. */
export function measureStoryFloor(contemporaries: Contemporaries, vector: Float32Array, instantMs: number): number {
  const floor = storyFloor(contemporaries.countAround(instantMs, STORY_MS));
  // What is as near as that is enough in any archive, and there is nothing to measure.
  if (floor === AMONG_MANY.cosine) return floor;
  return Math.min(AMONG_MANY.cosine, Math.max(floor, standOutFloor(contemporaries, vector, instantMs)));
}

/** Whether two instants may belong to one story; an undated article (±Infinity, NaN) belongs to none. */
const areNear = (a: number, b: number): boolean => Math.abs(a - b) <= STORY_MS;

/** Whether two openings have as many terms in common as tellings of one event have. */
function shareWords(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const shared = countShared(a, b);
  return shared >= Math.max(MIN_SHARED_TERMS, MIN_SHARED_PART * Math.min(a.size, b.size));
}

/**
 * Groups a list by event: each place joins the first one before it that tells the same, by its vector and by its words. Entry i is the index that place i joined,
 * or i itself. Compared with the first of each story alone, so a story does not wander off from telling to telling.
 */
export function groupStories(
  places: readonly number[],
  candidates: Pick<Candidates, "vector" | "publishedAtMs" | "article">,
  contemporaries: Contemporaries,
): number[] {
  const times = places.map((place) => candidates.publishedAtMs(place));
  const vectors = places.map((place) => candidates.vector(place));
  const floors = new Map<number, number>();
  const terms = new Map<number, ReadonlySet<string>>();
  const termsAt = (index: number): ReadonlySet<string> => {
    const found = terms.get(index) ?? termsOfOpening(candidates.article(places[index] ?? 0) ?? { title: "", body: "" });
    terms.set(index, found);
    return found;
  };
  const isTelling = (leader: number, cosine: number): boolean => {
    if (cosine < AMONG_FEW.cosine) return false;
    const floor =
      floors.get(leader) ?? measureStoryFloor(contemporaries, vectors[leader] as Float32Array, times[leader] as number);
    floors.set(leader, floor);
    return cosine >= floor;
  };
  const leaders: number[] = [];
  return places.map((_, index) => {
    const own = vectors[index];
    const leader = leaders.find((earlier) => {
      const other = vectors[earlier];
      if (own === undefined || other === undefined) return false;
      return (
        areNear(times[index] as number, times[earlier] as number) &&
        isTelling(earlier, dotProduct(own, other)) &&
        shareWords(termsAt(index), termsAt(earlier))
      );
    });
    if (leader === undefined) leaders.push(index);
    return leader ?? index;
  });
}
