import type { SimilarOptions } from "../../archive/request.ts";
import type { Hit } from "../../archive/result.ts";
import { groupRanking, toSingleGroup } from "../../search/groups.ts";
import { toHits } from "../../search/hits.ts";
import { measureBackground, nearFloor } from "../../search/nearness.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import { measureStoryFloor, STORY_MS } from "../../search/stories.ts";
import { rankByWording } from "../../search/wording.ts";
import { createHighlighter } from "../../text/highlights.ts";
import type { Snapshot, StoredArticle } from "../read/snapshot.ts";
import { slicesIn } from "./filter.ts";
import type { SearchSharing } from "./parts/do-parts.ts";
import { RowSpace } from "./row-space.ts";
import { createCandidates, createContemporaries } from "./segment-candidates.ts";
import { findNearest } from "./semantic.ts";
import type { SampleCache } from "./vector-sample.ts";

/**
 * Neighbours looked at beyond those asked for: copies of the article and of each other are left out, and what goes on from it may
 * be far. Each text is read; more of them find more (docs/EVALUATION.md).
 */
const SPARE_NEIGHBOURS = 190;

export interface SimilarSearch {
  readonly snapshot: Snapshot;
  readonly samples: SampleCache;
  /** Where parts of it can be handed out to threads that are free. */
  readonly sharing: SearchSharing;
}

/** The articles nearest to one, without it and its near-copies; with `sameStory` all that tell its event, copies too. */
export function findSimilar(
  article: StoredArticle,
  { snapshot, samples, sharing }: SimilarSearch,
  { limit, sameStory = false }: SimilarOptions,
): Hit[] {
  const vector = vectorOf(article, snapshot);
  if (vector === undefined) return [];
  const space = new RowSpace(snapshot);
  const candidates = createCandidates(snapshot, space, sharing);
  const toSimilarHits = (ranking: readonly RankedPlace[], nearest: readonly RankedPlace[], grouped: boolean): Hit[] => {
    const groups = grouped ? groupRanking(ranking, candidates) : ranking.map(toSingleGroup);
    const isOwn = ({ ranked }: { readonly ranked: RankedPlace }): boolean => ranked.key === article.key;
    return toHits(groups.filter((group) => !isOwn(group)).slice(0, limit), {
      candidates,
      snippetQuery: { weights: new Map(), highlighter: createHighlighter([]) },
      kindOf: () => "meaning",
      why: (at) => ({ semantic: nearest.find((ranked) => ranked.place === at)?.score ?? 0 }),
    });
  };
  const neighbours = limit + SPARE_NEIGHBOURS;
  if (sameStory) {
    const { publishedAtMs } = article;
    if (publishedAtMs === undefined) return [];
    const floor = measureStoryFloor(createContemporaries(space), vector, publishedAtMs);
    const range = { startMs: publishedAtMs - STORY_MS, endMs: publishedAtMs + STORY_MS + 1 };
    const nearest = findNearest(vector, { space, slices: slicesIn(space, range), sharing }, { limit: neighbours });
    return toSimilarHits(
      nearest.filter(({ score }) => score >= floor),
      nearest,
      false,
    );
  }
  const floor = nearFloor(measureBackground(vector, samples.of(snapshot, space)));
  const nearest = findNearest(vector, { space, slices: slicesIn(space), sharing }, { limit: neighbours });
  const own = nearest.filter(({ key }) => key === article.key);
  const others = nearest.filter(({ key, score }) => key !== article.key && score >= floor);
  return toSimilarHits([...own, ...rankByWording(article, others, candidates)], nearest, true);
}

function vectorOf({ key }: StoredArticle, snapshot: Snapshot): Float32Array | undefined {
  const place = snapshot.locate(key);
  return place?.segment.vector(place.row);
}
