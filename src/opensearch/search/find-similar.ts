import type { SimilarOptions } from "../../archive/request.ts";
import type { Hit } from "../../archive/result.ts";
import { groupRanking, toSingleGroup } from "../../search/groups.ts";
import { toHits } from "../../search/hits.ts";
import { measureBackground, nearFloor } from "../../search/nearness.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import { measureStoryFloor, STORY_MS } from "../../search/stories.ts";
import { rankByWording } from "../../search/wording.ts";
import { createHighlighter } from "../../text/highlights.ts";
import { unpackVector } from "../index/pack-vector.ts";
import type { StoredDocument } from "../index/to-document.ts";
import { type Clause, SnapshotReads } from "../read/snapshot-reads.ts";
import { ClusterContemporaries } from "./contemporaries.ts";
import { DOCUMENT_FIELDS, Documents, whenRead } from "./documents.ts";
import { toRangeClause } from "./filter-clauses.ts";
import type { SearchInput } from "./prepared-search.ts";
import { BY_SCORE, keepDocuments, toRanked } from "./ranked-hits.ts";
import { EVERYTHING } from "./term-clause.ts";
import { byVector, toCosine } from "./vector-clause.ts";
import { takeSample } from "./vector-sample.ts";

/** Neighbours looked at beyond those asked for: copies are left out, and what goes on from the article may be far. */
const SPARE_NEIGHBOURS = 190;

/** The articles nearest to one, without it and its near-copies; with `sameStory` all that tell its event, copies too. */
export async function findSimilar(
  { index, snapshot, caches, signal }: Pick<SearchInput, "index" | "snapshot" | "caches" | "signal">,
  { article, key: own, packedVector }: StoredDocument,
  { limit, sameStory = false }: SimilarOptions,
): Promise<Hit[]> {
  if (packedVector === undefined) return [];
  const vector = unpackVector(packedVector);
  const reads = new SnapshotReads(index, snapshot, signal);
  const documents = new Documents(reads);
  const findNearest = async (filter: Clause, inside = reads): Promise<RankedPlace[]> => {
    const { hits } = await inside.search({
      query: byVector(vector, filter),
      size: limit + SPARE_NEIGHBOURS,
      track_total_hits: false,
      _source: DOCUMENT_FIELDS,
      sort: BY_SCORE,
    });
    keepDocuments(hits, documents);
    return hits.map(toRanked).map((ranked) => ({ ...ranked, score: toCosine(ranked.score) }));
  };
  const toSimilarHits = (ranking: readonly RankedPlace[], nearest: readonly RankedPlace[], grouped: boolean): Hit[] => {
    const groups = grouped ? groupRanking(ranking, documents) : ranking.map(toSingleGroup);
    return toHits(groups.filter(({ ranked }) => ranked.key !== own).slice(0, limit), {
      candidates: documents,
      snippetQuery: { weights: new Map(), highlighter: createHighlighter([]) },
      kindOf: () => "meaning",
      why: (at) => ({ semantic: nearest.find(({ place }) => place === at)?.score ?? 0 }),
    });
  };
  if (sameStory) {
    const { publishedAtMs } = article;
    if (publishedAtMs === undefined) return [];
    const contemporaries = new ClusterContemporaries(reads);
    const measure = (): number => measureStoryFloor(contemporaries, vector, publishedAtMs);
    const floor = await whenRead(measure, [contemporaries]);
    const range = { startMs: publishedAtMs - STORY_MS, endMs: publishedAtMs + STORY_MS + 1 };
    const nearest = await findNearest(toRangeClause(range), reads.within(range));
    const told = nearest.filter(({ score }) => score >= floor);
    return whenRead(() => toSimilarHits(told, nearest, false), [documents]);
  }
  const facts = caches(snapshot.name);
  const articles = (await reads.search({ size: 0, track_total_hits: true })).total;
  const sample = await (facts.sample ?? takeSample(reads, articles));
  const floor = nearFloor(measureBackground(vector, sample));
  const nearest = await findNearest(EVERYTHING);
  const itself = nearest.filter(({ key }) => key === own);
  const others = nearest.filter(({ key, score }) => key !== own && score >= floor);
  return whenRead(
    () => toSimilarHits([...itself, ...rankByWording(article, others, documents)], nearest, true),
    [documents],
  );
}
