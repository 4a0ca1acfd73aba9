import type { Candidates, Contemporaries } from "../../search/candidates.ts";
import { ALONE } from "../../threads/sharing/work-sharer.ts";
import type { Snapshot } from "../read/snapshot.ts";
import { firstSince } from "../segment/kept-columns.ts";
import { ArticleReads } from "./article-reads.ts";
import type { SearchSharing } from "./parts/do-parts.ts";
import type { RowSpace } from "./row-space.ts";
import { VectorReads } from "./vector-reads.ts";

/** The rows of a snapshot as ranking sees them, for one search. */
export function createCandidates(snapshot: Snapshot, space: RowSpace, sharing: SearchSharing = ALONE): Candidates {
  const reads = new ArticleReads({ snapshot, space, sharing });
  const vectors = new VectorReads(space);
  return {
    vector: (place) => vectors.at(place),
    cosine: (query, place) => space.at(place, (segment, row) => segment.similarity(query, row)),
    publishedAtMs: (place) => space.at(place, ({ publishedAtMs }, row) => publishedAtMs.at(row)),
    article: (place) => reads.at(place),
    readAhead: (places) => reads.readAhead(places),
    countTerms: (places, terms) => reads.countTerms(places, terms),
  };
}

/** The rows of a snapshot as grouping by event sees them. */
export const createContemporaries = (space: RowSpace): Contemporaries => ({
  countAround: (instantMs, spanMs) =>
    space.segments.reduce(
      (sum, { publishedAtMs }) =>
        sum + firstSince(publishedAtMs, instantMs + spanMs) - firstSince(publishedAtMs, instantMs - spanMs),
      0,
    ),
  cosinesAround: (vector, instantMs, count) => {
    const perSegment = Math.ceil(count / Math.max(1, space.segments.length));
    return space.segments.flatMap((segment) => {
      const middle = firstSince(segment.publishedAtMs, instantMs);
      const from = Math.max(0, Math.min(middle - (perSegment >> 1), segment.rows - perSegment));
      const rows = Array.from({ length: Math.min(perSegment, segment.rows - from) }, (_, index) => from + index);
      return rows.flatMap((row) => segment.similarity(vector, row) ?? []);
    });
  },
});
