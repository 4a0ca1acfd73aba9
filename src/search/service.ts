import type { EncodedQuery } from "../archive/encoded-query.ts";
import type { SearchMode, SearchRequest, SimilarOptions } from "../archive/request.ts";
import type { Compared, Hit, SearchFindings, SearchNotice, Why } from "../archive/result.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { AppError } from "../errors.ts";
import type { ArchiveReader, Snapshot, StoredArticle } from "../local/read/snapshot.ts";
import { countFacets, countHistogram } from "../local/search/count.ts";
import { MaskCache, parseTimeRange, type RowSlice, sliceOf, type TimeRange } from "../local/search/filter.ts";
import { findMatches, keywordCeiling, type MatchedPlaces, scoreAt } from "../local/search/keyword.ts";
import { type KeywordPlan, planKeywords } from "../local/search/keyword-plan.ts";
import { filterPhrases } from "../local/search/phrases.ts";
import { rankByKeywords, rankByTime, rankHybrid } from "../local/search/rank.ts";
import { RowSpace, Scratch } from "../local/search/row-space.ts";
import {
  cosineAt,
  findNearest,
  keepMatches,
  measureBackground,
  nearFloor,
  SampleCache,
} from "../local/search/semantic.ts";
import type { RankedPlace } from "../local/search/top-rows.ts";
import { createHighlighter } from "../text/highlights.ts";
import { explainWords, nearestSentences, sentencesOf } from "./explain.ts";
import { ArticleReads, COPY_WINDOW, type Group, groupRanking, toHits, toSnippetQuery } from "./hits.ts";
import { checkLimits } from "./limits.ts";
import { findNamed, LOOKED_AT, type Named } from "./named.ts";
import { type ParsedQuery, parseQuery } from "./query.ts";
import type { Searcher, SearchService } from "./search.ts";
import { measureFloor, STORY_MS } from "./stories.ts";
import { rankByWording } from "./wording.ts";

/**
 * Neighbours looked at beyond those asked for: copies of the article and of each other are left out, and what goes on from it may be
 * far. Each text is read; more of them find more (docs/EVALUATION.md).
 */
const SPARE_NEIGHBOURS = 190;

export interface SearchServiceOptions {
  readonly archive: ArchiveReader;
  readonly encoder: Encoder;
  /** Default: one in this thread, which is then held for as long as a search takes. */
  readonly searcher?: Searcher;
}

/**
 * Searches an archive. The life of a query:
 *
 *     parse ─► encode ─► slice by time, mask by source, category, phrase
 *                  ┌─────────┘
 *                  └─► meaning: nearest vectors ─► words: bits and scores ─► matches ─► count ─► rank ─► fold copies ─► hits
 */
export function createSearchService({ archive, encoder, ...options }: SearchServiceOptions): SearchService {
  const searcher = options.searcher ?? createLocalSearcher(archive);

  const encodeQuery = async (query: ParsedQuery, signal: AbortSignal | undefined): Promise<EncodedQuery> => {
    try {
      const [vector] = await encoder.encode([query.text], {
        role: "query",
        ...(signal === undefined ? {} : { signal }),
      });
      return vector === undefined ? { notice: "query-has-no-vector" } : { vector, fingerprint: encoder.fingerprint };
    } catch (error) {
      if (error instanceof AppError && error.code === "encoder-unavailable") return { notice: "encoder-away" };
      throw error;
    }
  };

  return {
    async search(request, { signal } = {}) {
      const startedMs = performance.now();
      checkLimits(request);
      parseTimeRange(request, archive.info.timezone);
      const query = parseQuery(request.query);
      const encoded = hasWords(query) && request.mode !== "keyword" ? await encodeQuery(query, signal) : {};
      signal?.throwIfAborted();
      const findings = await searcher.search(request, encoded, signal);
      return { ...findings, tookMs: performance.now() - startedMs };
    },
    article: (id) => searcher.article(id),
    similar: (id, similarOptions) => searcher.similar(id, similarOptions),

    async explain(id, request) {
      const query = parseQuery(request.query);
      const encoded = request.mode === "keyword" ? {} : await encodeQuery(query, undefined);
      const compared = await searcher.compare(id, encoded);
      if (compared === undefined) return undefined;
      const { article, isComparable, semantic } = compared;
      const words = explainWords(article, query);
      if (encoded.vector === undefined || !isComparable) return { ...words, sentences: [] };
      const sentences = sentencesOf(article);
      const vectors = await encoder.encode(sentences, { role: "document" });
      const { highlighter } = toSnippetQuery(query, new Map());
      return {
        ...words,
        ...(semantic === undefined ? {} : { semantic }),
        sentences: nearestSentences(encoded.vector, sentences, vectors, highlighter),
      };
    },
  };
}

function createLocalSearcher(archive: ArchiveReader): Searcher {
  const searcher = new SnapshotSearcher(archive.info.timezone);
  return {
    async search(request, encoded, signal) {
      using snapshot = await archive.snapshot(request.snapshot);
      signal?.throwIfAborted();
      return searcher.search(snapshot, request, encoded);
    },
    async article(id) {
      using snapshot = await archive.snapshot();
      return snapshot.articleById(id);
    },
    async similar(id, options) {
      using snapshot = await archive.snapshot();
      return searcher.similar(snapshot, id, options);
    },
    async compare(id, encoded) {
      using snapshot = await archive.snapshot();
      return searcher.compare(snapshot, id, encoded);
    },
  };
}

/** What a thread that searches is made of: it searches snapshots one after the other, and keeps its arrays and masks. */
export class SnapshotSearcher {
  readonly #timezone: string;
  #scratch = new Scratch();
  #masks = new MaskCache();
  #samples = new SampleCache();

  /** @param timezone IANA zone in which the archive's days begin */
  constructor(timezone: string) {
    this.#timezone = timezone;
  }

  search(snapshot: Snapshot, request: SearchRequest, given: EncodedQuery): SearchFindings {
    const isForeign = given.vector !== undefined && !isComparable(given, snapshot);
    const encoded: EncodedQuery = isForeign ? { notice: "encoder-changed" } : given;
    const context = {
      snapshot,
      scratch: this.#scratch,
      masks: this.#masks,
      samples: this.#samples,
      timezone: this.#timezone,
    };
    const range = parseTimeRange(request, this.#timezone);
    return new Search(request, parseQuery(request.query), range, encoded, context).run();
  }

  similar(snapshot: Snapshot, id: string, options: SimilarOptions): Hit[] | undefined {
    const article = snapshot.articleById(id);
    return article === undefined ? undefined : findSimilar(article, { snapshot, samples: this.#samples }, options);
  }

  compare(snapshot: Snapshot, id: string, encoded: EncodedQuery): Compared | undefined {
    const article = snapshot.articleById(id);
    if (article === undefined) return undefined;
    if (encoded.vector === undefined || !isComparable(encoded, snapshot)) return { article, isComparable: false };
    const place = snapshot.locate(article.key);
    const semantic = place?.segment.similarity(encoded.vector, place.row);
    return { article, isComparable: true, ...(semantic === undefined ? {} : { semantic }) };
  }

  /** Gives back what only makes the next search faster. */
  trim(): void {
    this.#scratch = new Scratch();
    this.#masks = new MaskCache();
    this.#samples = new SampleCache();
  }
}

/** After a reindex elsewhere, the encoder in use and the vectors no longer belong together. */
const isComparable = ({ fingerprint }: EncodedQuery, { encoderFingerprint }: Snapshot): boolean =>
  fingerprint === encoderFingerprint;

interface SearchContext {
  readonly snapshot: Snapshot;
  readonly scratch: Scratch;
  readonly masks: MaskCache;
  readonly samples: SampleCache;
  readonly timezone: string;
}

/** What is looked for by meaning, and what is near to it. */
interface Near {
  /** Unit vector; absent where meaning plays no part. */
  readonly vector?: Float32Array | undefined;
  /** Nearest first. */
  readonly places: readonly RankedPlace[];
  /** The article of which the query is the headline. */
  readonly named?: Named | undefined;
}

/** What a search has found before it is ranked. */
interface Found {
  readonly plan: KeywordPlan;
  readonly matches: MatchedPlaces;
  readonly near: Near;
}

/** One search of one snapshot, synchronous from end to end. */
class Search {
  readonly #request: SearchRequest;
  readonly #query: ParsedQuery;
  readonly #range: TimeRange | undefined;
  readonly #vector: Float32Array | undefined;
  readonly #mode: SearchMode;
  readonly #notices: SearchNotice[] = [];
  readonly #context: SearchContext;
  readonly #space: RowSpace;
  readonly #reads: ArticleReads;

  constructor(
    request: SearchRequest,
    query: ParsedQuery,
    range: TimeRange | undefined,
    encoded: EncodedQuery,
    context: SearchContext,
  ) {
    this.#request = request;
    this.#query = query;
    this.#range = range;
    this.#vector = encoded.vector;
    this.#mode = encoded.notice === undefined ? request.mode : "keyword";
    if (query.wasCut) this.#notices.push("query-cut");
    if (encoded.notice !== undefined) this.#notices.push(encoded.notice);
    this.#context = context;
    this.#space = new RowSpace(context.snapshot);
    this.#reads = new ArticleReads(context.snapshot, this.#space);
  }

  run(): SearchFindings {
    const { snapshot, scratch, timezone } = this.#context;
    const space = this.#space;
    const plan = planKeywords(this.#query, snapshot);
    const slices = this.#findsNothing() ? emptySlices(space) : this.#slices();
    const near = this.#findNear(slices, this.#mode === "semantic" || plan.rule.takesBest);
    const byWords = this.#mode !== "semantic" || !this.#hasWords();
    const matches = findMatches({ plan, snapshot, space, slices, near: near.places, byWords, scratch });

    const { offset, limit } = this.#request;
    const ranking = this.#rank({ plan, matches, near }, offset + limit + COPY_WINDOW);
    const reads = this.#reads;
    const groups = groupRanking(ranking, space, reads, { stories: this.#request.stories ?? false });
    const cosines = new Map(near.places.map(({ place, score }) => [place, score]));
    return {
      query: this.#query.typed,
      mode: this.#mode,
      notices: this.#notices,
      total: matches.places.length,
      collapsed: groups.reduce((sum, { copies, tellings }) => sum + copies.length + tellings.length, 0),
      snapshot: snapshot.name,
      hits: toHits(groups.slice(offset, offset + limit), {
        reads,
        snippetQuery: toSnippetQuery(this.#query, plan.weights),
        why: (place) => this.#why(place, matches, near.vector, cosines),
      }).map((hit) => (this.#byRelevance() ? hit : { ...hit, score: 0 })),
      facets: countFacets(matches, space, snapshot, this.#request.facetValues),
      histogram: countHistogram(matches, space, timezone, this.#request.interval),
    };
  }

  #hasWords(): boolean {
    return hasWords(this.#query);
  }

  /** Something was typed, but nothing that could be looked for. Exclusions alone are: they narrow the whole archive. */
  #findsNothing(): boolean {
    if (this.#hasWords() || this.#query.exclusions.length > 0 || this.#query.isEmpty) return false;
    this.#notices.push("query-has-no-words");
    return true;
  }

  #slices(): readonly RowSlice[] {
    const { snapshot, masks } = this.#context;
    const allowed = masks.masks(snapshot, this.#request);
    const slices = snapshot.segments.map((segment, index) => ({
      ...sliceOf(segment, this.#range),
      allow: allowed?.[index],
    }));
    const narrowed = filterPhrases(this.#query, snapshot, this.#space, slices);
    if (narrowed.isUnchecked) this.#notices.push("phrase-unchecked");
    return narrowed.slices;
  }

  #findNear(slices: readonly RowSlice[], meaningLeads: boolean): Near {
    let vector = this.#vector;
    if (vector === undefined) return { places: [] };
    let nearest = findNearest(vector, this.#space, slices);
    const named = this.#findNamed(vector, nearest, slices);
    if (named !== undefined) {
      this.#notices.push("query-names-article");
      vector = named.vector;
      nearest = findNearest(vector, this.#space, slices);
    }
    if (nearest.length === 0) return { vector, places: [], named };
    const { snapshot, samples } = this.#context;
    const background = measureBackground(vector, samples.of(snapshot, this.#space));
    return { vector, places: keepMatches(nearest, background, meaningLeads), named };
  }

  /** The article that the query names, wherever it is in the archive: its day may lie outside the range that is asked for. */
  #findNamed(vector: Float32Array, nearest: readonly RankedPlace[], slices: readonly RowSlice[]): Named | undefined {
    const space = this.#space;
    const everything = slicesIn(space);
    const isNarrowed = slices.some(
      ({ from, to, allow }, index) => allow !== undefined || from > 0 || to < (everything[index]?.to ?? 0),
    );
    const candidates = () => (isNarrowed ? findNearest(vector, space, everything, LOOKED_AT) : nearest);
    return findNamed({ text: this.#query.text, vector }, candidates, space, this.#reads);
  }

  /** Sorted by relevance, and something to be relevant for. */
  #byRelevance(): boolean {
    return this.#request.sort === "relevance" && this.#hasWords();
  }

  #rank({ plan, matches, near }: Found, limit: number): RankedPlace[] {
    const space = this.#space;
    if (!this.#byRelevance())
      return rankByTime(matches, space, this.#request.sort === "oldest" ? "oldest" : "newest", limit);
    if (this.#mode === "semantic") return near.places.slice(0, limit);
    const { vector, named } = near;
    if (vector === undefined) return rankByKeywords(matches, space, limit);
    const { snapshot, samples } = this.#context;
    return rankHybrid(
      {
        matches,
        space,
        query: vector,
        near: near.places,
        ceiling: keywordCeiling(plan),
        named,
        reads: this.#reads,
        typicalCosine: samples.of(snapshot, space).typicalCosine,
      },
      limit,
    );
  }

  #why(
    place: number,
    matches: MatchedPlaces,
    vector: Float32Array | undefined,
    cosines: ReadonlyMap<number, number>,
  ): Why {
    const keyword = scoreAt(matches, place);
    const semantic = vector === undefined ? undefined : (cosines.get(place) ?? cosineAt(vector, this.#space, place));
    return { ...(keyword > 0 ? { keyword } : {}), ...(semantic === undefined ? {} : { semantic }) };
  }
}

const hasWords = ({ words, phrases }: ParsedQuery): boolean => words.length + phrases.length > 0;

/** All rows of a range, whatever their source and category; without one all there are. */
const slicesIn = (space: RowSpace, range?: TimeRange): RowSlice[] =>
  space.segments.map((segment) => ({ ...sliceOf(segment, range), allow: undefined }));

const emptySlices = (space: RowSpace): RowSlice[] => space.segments.map(() => ({ from: 0, to: 0, allow: undefined }));

/** The articles nearest to one, without it and its near-copies; with `sameStory` all that tell its event, copies too. */
function findSimilar(
  article: StoredArticle,
  { snapshot, samples }: Pick<SearchContext, "snapshot" | "samples">,
  { limit, sameStory = false }: SimilarOptions,
): Hit[] {
  const place = snapshot.locate(article.key);
  const vector = place?.segment.vector(place.row);
  const { publishedAtMs } = article;
  if (vector === undefined || (sameStory && publishedAtMs === undefined)) return [];
  const space = new RowSpace(snapshot);
  const range =
    sameStory && publishedAtMs !== undefined
      ? { startMs: publishedAtMs - STORY_MS, endMs: publishedAtMs + STORY_MS + 1 }
      : undefined;
  const slices = slicesIn(space, range);
  const floor =
    sameStory && publishedAtMs !== undefined
      ? measureFloor(space, vector, publishedAtMs)
      : nearFloor(measureBackground(vector, samples.of(snapshot, space)));
  const nearest = findNearest(vector, space, slices, limit + SPARE_NEIGHBOURS);
  const own = nearest.find((ranked) => space.articleKey(ranked.place) === article.key);
  const others = nearest.filter((ranked) => ranked !== own && ranked.score >= floor);
  const reads = new ArticleReads(snapshot, space);
  const groups = sameStory
    ? others.map((ranked): Group => ({ ranked, copies: [], tellings: [] }))
    : groupRanking([...(own === undefined ? [] : [own]), ...rankByWording(article, others, reads)], space, reads);
  return toHits(groups.filter(({ ranked }) => ranked !== own).slice(0, limit), {
    reads,
    snippetQuery: { weights: new Map(), highlighter: createHighlighter([]) },
    why: (at) => ({ semantic: nearest.find((ranked) => ranked.place === at)?.score ?? 0 }),
  });
}
