import { lowerBound } from "../local/search/filter.ts";
import type { RowSpace } from "../local/search/row-space.ts";
import { dotProduct, spreadOf } from "../local/search/semantic.ts";

/** Tellings of one event stand at most so far apart. */
export const STORY_MS = 3 * 86_400_000;

/** Articles of about the same time that an article is compared with, how many there must be to tell anything… */
const CONTEMPORARIES = 64;
const LEAST_CONTEMPORARIES = 16;
/** …and how many deviations a telling must stand out from them. */
const STANDS_OUT = 2.5;

/**
 * The cosine from which two articles tell the same event, by how many articles the archive holds of the days around. Among
 * many, some come near by chance (the same figures a day later, another act of the same people); among few, hardly one.
 *
 *     4 articles      .43    separates the stories of sample/ from everything else that it tells of those days
 *     1,400           .73    pairs of world news by different outlets, judged by eye: see docs/SEARCH.md
 *     between         along the logarithm, as the nearest of n grows by chance
 */
const FEW = { articles: 4, cosine: 0.43 };
const MANY = { articles: 1400, cosine: 0.73 };

export function storyFloor(articlesAround: number): number {
  const share = Math.log(Math.max(1, articlesAround) / FEW.articles) / Math.log(MANY.articles / FEW.articles);
  return FEW.cosine + Math.min(1, Math.max(0, share)) * (MANY.cosine - FEW.cosine);
}

/** Articles of the archive published within {@link STORY_MS} of an instant, those that were replaced included. */
export function countAround(space: RowSpace, instantMs: number): number {
  return space.segments.reduce(
    (sum, { publishedAtMs }) =>
      sum + lowerBound(publishedAtMs, instantMs + STORY_MS) - lowerBound(publishedAtMs, instantMs - STORY_MS),
    0,
  );
}

/**
 * The cosine from which an article stands out from its contemporaries, the {@link CONTEMPORARIES} published next before and after
 * it: where all of them speak of one thing, as in an archive of politics, being near says less. 0 where they are too few.
 */
function measureContemporaries(space: RowSpace, vector: Float32Array, instantMs: number): number {
  const perSegment = Math.ceil(CONTEMPORARIES / Math.max(1, space.segments.length));
  const cosines: number[] = [];
  for (const segment of space.segments) {
    const middle = lowerBound(segment.publishedAtMs, instantMs);
    const from = Math.max(0, Math.min(middle - (perSegment >> 1), segment.rows - perSegment));
    for (let row = from; row < Math.min(from + perSegment, segment.rows); row++) {
      const cosine = segment.similarity(vector, row);
      if (cosine !== undefined) cosines.push(cosine);
    }
  }
  if (cosines.length < LEAST_CONTEMPORARIES) return 0;
  const { median, deviation } = spreadOf(cosines);
  return median + STANDS_OUT * deviation;
}

/** The cosine from which another article tells the event of one with this vector and instant. */
export function measureFloor(space: RowSpace, vector: Float32Array, instantMs: number): number {
  const floor = storyFloor(countAround(space, instantMs));
  // What is as near as that is enough in any archive, and there is nothing to measure.
  if (floor === MANY.cosine) return floor;
  return Math.min(MANY.cosine, Math.max(floor, measureContemporaries(space, vector, instantMs)));
}

/** Whether two instants may belong to one story; an undated article (±Infinity, NaN) belongs to none. */
const areNear = (a: number, b: number): boolean => Math.abs(a - b) <= STORY_MS;

/**
 * Groups a list by event: each place joins the first one before it that tells the same. Entry i is the index that place i joined,
 * or i itself. Compared with the first of each story alone, so a story does not wander off from telling to telling.
 */
export function groupStories(places: readonly number[], space: RowSpace): number[] {
  const times = places.map((place) => space.at(place, ({ publishedAtMs }, row) => publishedAtMs[row] as number));
  const vectors = places.map((place) => space.at(place, (segment, row) => segment.vector(row)));
  const floors = new Map<number, number>();
  const isTelling = (leader: number, cosine: number): boolean => {
    if (cosine < FEW.cosine) return false;
    const floor = floors.get(leader) ?? measureFloor(space, vectors[leader] as Float32Array, times[leader] as number);
    floors.set(leader, floor);
    return cosine >= floor;
  };
  const leaders: number[] = [];
  return places.map((_, index) => {
    const own = vectors[index];
    const leader = leaders.find((earlier) => {
      const other = vectors[earlier];
      if (own === undefined || other === undefined) return false;
      return areNear(times[index] as number, times[earlier] as number) && isTelling(earlier, dotProduct(own, other));
    });
    if (leader === undefined) leaders.push(index);
    return leader ?? index;
  });
}
