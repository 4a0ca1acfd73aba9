import type { ReadOptions } from "../archive/archive.ts";
import type { SearchRequest } from "../archive/request.ts";
import { type Hit, isCounted, type Reranking, type SearchNotice, type SearchResult } from "../archive/result.ts";
import { LruMap } from "../collections/lru-map.ts";
import type { Reranker } from "../encoder/reranker.ts";
import { AppError } from "../errors.ts";
import { checkLimits, MAX_LIMIT } from "../search/limits.ts";
import type { SearchService } from "../search/search.ts";
import { mixRanks } from "./mix-ranks.ts";
import { createScoreHits, type ScoreHits } from "./score-hits.ts";

export interface RerankSettings {
  /** Hits that are put in another order, from the first of a list on. */
  readonly depth: number;
  /** How long a search may wait for it. */
  readonly budgetMs: number;
  /** How much the re-ranker's score counts beside the engine's, 0–1. */
  readonly weight: number;
}

export interface RerankedSearchOptions extends RerankSettings {
  readonly search: SearchService;
  readonly reranker: Reranker;
  /** Told of failures other than a model or server that does not answer. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Orders that are remembered, so that the pages of a list are those of one order. */
const REMEMBERED_LISTS = 500;

/** The order that a list was given. */
interface Order {
  /** For each place, the index of the engine's hit that stands there. */
  readonly places: readonly number[];
  readonly scores: readonly (number | undefined)[];
  readonly reranking: Reranking;
  readonly notices: readonly SearchNotice[];
}

/**
 * A search whose first hits a re-ranker puts in another order. Which articles match, what is counted, and the hits behind the first
 * `depth` stay as they are; what matches stays before what is related; lists by date are not touched.
 *
 *     engine's first hits ──► read title and passage ──► mix both scores ──► the page that was asked for
 *                                  │ time is up: what was not read keeps its place, and the result says so
 *                                  └ failure: the engine's order, and the result says so
 *
 * The order of a list holds for its later pages, however much of it was read in time; whoever asks for the first page again gets
 * what could be read since.
 */
export function createRerankedSearch(options: RerankedSearchOptions): SearchService {
  const { search, depth } = options;
  const scoreHits = createScoreHits(options.reranker);
  const orders = new LruMap<Order>({ maxWeight: REMEMBERED_LISTS });

  const orderOf = async (request: SearchRequest, head: SearchResult, asker: ReadOptions): Promise<Order> => {
    const key = keyOfList(request, head.snapshot, asker);
    const remembered = orders.get(key);
    if (remembered !== undefined && (request.offset > 0 || isComplete(remembered))) return remembered;
    const order = await decideOrder(head.hits, request.query, { ...options, scoreHits, signal: asker.signal });
    orders.set(key, order);
    return order;
  };

  return {
    ...search,
    fingerprint: () =>
      [search.fingerprint?.(), options.reranker.fingerprint, depth, options.budgetMs, options.weight].join(" "),
    async search(request, asker = {}) {
      const { offset, limit } = request;
      checkLimits(request);
      const isRanked = request.sort === "relevance" && request.query.trim() !== "" && request.rerank !== false;
      if (!isRanked || limit === 0 || offset >= depth) return search.search(request, asker);
      const startedMs = performance.now();
      const head = await search.search({ ...request, offset: 0, limit: depth }, asker);
      if (head.hits.length < 2) return { ...head, hits: head.hits.slice(offset, offset + limit) };
      const [order, tail] = await Promise.all([
        orderOf(request, head, asker),
        readTail(search, { ...request, snapshot: head.snapshot }, { depth, asker }),
      ]);
      return {
        ...head,
        hits: [...putInOrder(head.hits, order), ...tail].slice(offset, offset + limit),
        reranking: order.reranking,
        notices: [...head.notices, ...order.notices],
        tookMs: performance.now() - startedMs,
      };
    },
  };
}

const isComplete = ({ reranking }: Order): boolean => reranking.read === reranking.of;

/** Hits of the page behind the first `depth`. */
async function readTail(
  search: SearchService,
  request: SearchRequest,
  { depth, asker }: { readonly depth: number; readonly asker: ReadOptions },
): Promise<readonly Hit[]> {
  const limit = Math.min(MAX_LIMIT, request.offset + request.limit - depth);
  if (limit <= 0) return [];
  const { hits } = await search.search({ ...request, offset: depth, limit, facetValues: 0 }, asker);
  return hits;
}

/** Everything of a request by which its list of hits differs from others, and who asks: readers do not share what was read in time. */
function keyOfList(request: SearchRequest, snapshot: string, { client }: ReadOptions): string {
  const { offset: _offset, limit: _limit, facetValues: _values, interval: _interval, ...list } = request;
  return JSON.stringify([client, { ...list, snapshot }]);
}

interface Deciding extends RerankedSearchOptions {
  readonly scoreHits: ScoreHits;
  readonly signal: AbortSignal | undefined;
}

async function decideOrder(hits: readonly Hit[], query: string, deciding: Deciding): Promise<Order> {
  const { reranker, scoreHits, budgetMs, weight, signal, onError } = deciding;
  const by = reranker.name;
  try {
    const { scores, isComplete } = await scoreHits(query, hits, { budgetMs, signal });
    const read = isComplete ? hits.length : scores.filter((score) => score !== undefined).length;
    return {
      places: mixWithinKinds(hits, scores, weight),
      scores,
      reranking: { by, read, of: hits.length },
      notices: isComplete ? [] : ["rerank-cut"],
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof AppError && error.code === "encoder-unavailable")) onError?.(error);
    const places = hits.map((_, index) => index);
    return { places, scores: [], reranking: { by, read: 0, of: hits.length }, notices: ["rerank-failed"] };
  }
}

/** What matches stays before what is related. */
function mixWithinKinds(hits: readonly Hit[], scores: readonly (number | undefined)[], weight: number): number[] {
  const indexes = [...hits.keys()];
  const [counted, related] = [true, false].map((wanted) =>
    indexes.filter((index) => isCounted(hits[index] as Hit) === wanted),
  );
  return [counted ?? [], related ?? []].flatMap((kind) => {
    const list = kind.map((index) => ({ score: hits[index]?.score ?? 0, answers: scores[index] }));
    return mixRanks(list, weight).map((place) => kind[place] ?? 0);
  });
}

/** Scores belong to places, so that they fall along the list as before; what the re-ranker gave stands under the reasons. */
function putInOrder(hits: readonly Hit[], { places, scores }: Order): Hit[] {
  return places.flatMap((index, place) => {
    const hit = hits[index];
    if (hit === undefined) return [];
    const rerank = scores[index];
    return [
      {
        ...hit,
        score: hits[place]?.score ?? hit.score,
        why: { ...hit.why, ...(rerank === undefined ? {} : { rerank }) },
      },
    ];
  });
}
