import type { EncodedQuery } from "../archive/encoded-query.ts";
import { LruMap } from "../collections/lru-map.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { AppError } from "../errors.ts";
import type { Synonyms } from "../text/synonyms.ts";
import { TimeSlices } from "../threads/time-slices.ts";
import { explainWords, nearestSentences, sentencesOf } from "./explain.ts";
import { toSnippetQuery } from "./hits.ts";
import { checkLimits, isListCut } from "./limits.ts";
import { parseQuery } from "./query.ts";
import type { SearchedArchive, SearchService } from "./search.ts";
import { parseTimeRange } from "./time-range.ts";
import { type WidenedQuery, widenQuery } from "./widen-query.ts";

/** How long explaining may hold the thread before others get their turn. */
const SLICE_MS = 4;

export interface SearchServiceOptions {
  readonly archive: SearchedArchive;
  readonly encoder: Encoder;
  /** Other words that a query is widened by, as they are when it is asked. Default: none. */
  readonly synonyms?: (() => Synonyms) | undefined;
}

/** Searches an archive, whatever engine is behind it: a request is checked and its query encoded here, the rest is the archive's. */
export function createSearchService({ archive, encoder, synonyms }: SearchServiceOptions): SearchService {
  const widen = rememberWidened();
  return {
    async search(request, options = {}) {
      const { signal } = options;
      const startedMs = performance.now();
      checkLimits(request);
      parseTimeRange(request, archive.info.timezone);
      const widened = widen(request.query, synonyms?.());
      const isEncoded = widened.text !== "" && request.mode !== "keyword";
      const encoded = isEncoded ? await encodeQuery(encoder, widened.text, signal) : {};
      signal?.throwIfAborted();
      const { alsoSearched, asked } = widened;
      const findings = await archive.search({ ...request, query: widened.query }, { ...encoded, asked }, options);
      const isCut = isListCut(findings, request.offset + findings.hits.length);
      const notices = [...findings.notices, ...(isCut ? (["list-cut"] as const) : [])];
      const shared = { ...findings, notices, alsoSearched, tookMs: performance.now() - startedMs };
      if (alsoSearched.length === 0) return shared;
      // What is said of the query is said of the one that was typed.
      const { typed, readAs, unknown } = parseQuery(request.query);
      return { ...shared, query: typed, readAs, unknownOperators: unknown };
    },
    article: (id, options) => archive.article(id, options),
    similar: (id, options) => archive.similar(id, options),
    fingerprint: () => `${encoder.fingerprint} ${synonyms?.().digest ?? ""}`,

    async explain(id, request, options = {}) {
      const { signal } = options;
      const slices = new TimeSlices(SLICE_MS);
      const query = parseQuery(request.query);
      if (slices.isOver) await slices.next();
      const widened = widenQuery(request.query, synonyms?.(), query);
      const encoded = request.mode === "keyword" ? {} : await encodeQuery(encoder, widened.text, signal);
      const compared = await archive.compare(id, encoded, options);
      if (compared === undefined) return undefined;
      const { article, isComparable, semantic } = compared;
      // Behind what came from the archive at the same moment.
      await slices.next();
      const words = await explainWords(article, query, widened.others);
      if (encoded.vector === undefined || !isComparable) return { ...words, sentences: [] };
      const sentences = sentencesOf(article);
      const vectors = await encoder.encode(sentences, {
        role: "document",
        ...(signal === undefined ? {} : { signal }),
      });
      if (slices.isOver) await slices.next();
      const { highlighter } = toSnippetQuery(query, new Map());
      return {
        ...words,
        ...(semantic === undefined ? {} : { semantic }),
        sentences: nearestSentences(encoded.vector, sentences, vectors, highlighter),
      };
    },
  };
}

/** Queries of which it is known how they are read; a page asks for one several times. */
const REMEMBERED = 16;

/** {@link widenQuery}, once for the searches of a page. */
function rememberWidened(): (query: string, synonyms: Synonyms | undefined) => WidenedQuery {
  const remembered = new LruMap<{ readonly synonyms: Synonyms | undefined; readonly widened: WidenedQuery }>({
    maxWeight: REMEMBERED,
  });
  return (query, synonyms) => {
    const known = remembered.get(query);
    if (known !== undefined && known.synonyms === synonyms) return known.widened;
    const widened = widenQuery(query, synonyms);
    remembered.set(query, { synonyms, widened });
    return widened;
  };
}

/** The query's vector, or the notice that says why there is none. */
async function encodeQuery(encoder: Encoder, text: string, signal?: AbortSignal): Promise<EncodedQuery> {
  try {
    const [vector] = await encoder.encode([text], { role: "query", ...(signal === undefined ? {} : { signal }) });
    return vector === undefined ? { notice: "query-has-no-vector" } : { vector, fingerprint: encoder.fingerprint };
  } catch (error) {
    if (error instanceof AppError && error.code === "encoder-unavailable") return { notice: "encoder-away" };
    // An embedding server that came back as another one.
    if (error instanceof AppError && error.code === "encoder-mismatch") return { notice: "encoder-changed" };
    throw error;
  }
}
