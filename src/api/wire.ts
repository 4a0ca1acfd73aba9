import type { Static } from "typebox";
import { ACTIVITY_KINDS } from "../archive/archive.ts";
import { HISTOGRAM_INTERVALS, LACKS, SEARCH_MODES, SORT_ORDERS } from "../archive/request.ts";
import { MATCH_KINDS, SEARCH_NOTICES } from "../archive/result.ts";
import { Type } from "../http/schema.ts";
import { DAY_ORDERS } from "../ingest/dates/rules.ts";
import { MAX_ID_LENGTH } from "../ingest/identity.ts";
import { COUNT_INTERVALS } from "../search/count-by-date.ts";
import { DEFAULT_FACET_VALUES, DEFAULT_LIMIT, MAX_FACET_VALUES, MAX_LIMIT, MAX_OFFSET } from "../search/limits.ts";

/** The wire: what the HTTP API takes and gives. One schema validates, documents and types each message. */

/** Sources or categories that one filter names. */
export const MAX_FILTER_VALUES = 50;

/** Length of such a name, in UTF-16 units. */
export const MAX_FILTER_UNITS = 1000;

const day = (description: string) =>
  Type.Optional(Type.String({ format: "date", description, examples: ["2021-03-14"] }));

const filter = (description: string) =>
  Type.Array(Type.String({ maxLength: MAX_FILTER_UNITS }), { maxItems: MAX_FILTER_VALUES, default: [], description });

/** Query parameters of a search; an empty parameter counts as absent, an unknown one is ignored. */
export const SearchQuery = Type.Object({
  q: Type.String({
    default: "",
    description: 'What is sought. "…" is a phrase, -word excludes. Empty: every article, newest first.',
    examples: ["高铁 开通"],
  }),
  from: day("First day, inclusive, in the archive's time zone."),
  to: day("Last day, inclusive."),
  source: filter("Only these sources; may be repeated."),
  category: filter("Only these categories; may be repeated."),
  excludeSource: filter("None of these sources; may be repeated."),
  excludeCategory: filter("None of these categories; may be repeated."),
  without: Type.Array(Type.Enum([...LACKS]), {
    maxItems: LACKS.length,
    default: [],
    description:
      "source: articles without a source, beside those of the sources asked for; category likewise; date: only articles without a date. May be repeated.",
  }),
  mode: Type.Enum([...SEARCH_MODES], { default: "hybrid" }),
  sort: Type.Enum([...SORT_ORDERS], { default: "relevance" }),
  limit: Type.Integer({
    minimum: 0,
    maximum: MAX_LIMIT,
    default: DEFAULT_LIMIT,
    description: "Hits in the reply.",
  }),
  offset: Type.Integer({
    minimum: 0,
    maximum: MAX_OFFSET,
    default: 0,
    description: "Hits to pass over; a narrower range of days reaches what lies deeper.",
  }),
  snapshot: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        "The snapshot of an earlier reply: searches what was there then, so that the same request gives the same list, and the next page continues it. Kept for up to ten minutes; 410 after that.",
    }),
  ),
  stories: Type.Enum(["on", "off"], {
    default: "off",
    description: "on: articles that tell the same event become one hit, the others its tellings.",
  }),
  facetValues: Type.Integer({
    minimum: 0,
    maximum: MAX_FACET_VALUES,
    default: DEFAULT_FACET_VALUES,
    description: "Values listed of each facet.",
  }),
});
export type SearchQuery = Static<typeof SearchQuery>;

const { sort, limit: _limit, offset: _offset, stories, facetValues: _facetValues, ...filters } = SearchQuery.properties;

/** What of a search decides which articles match. Addresses that say more, such as which page, are taken too. */
const FilterQuery = Type.Object(filters);
export type FilterQuery = Static<typeof FilterQuery>;

/** Query parameters of a feed, whose order and length are always the same. */
export const FeedQuery = Type.Object({ ...filters, stories });
export type FeedQuery = Static<typeof FeedQuery>;

/** Query parameters of an export; each kind says besides how much it holds. */
export const SortedQuery = Type.Object({ ...filters, sort });
export type SortedQuery = Static<typeof SortedQuery>;

/** Queries that are drawn beside the first. */
export const MAX_COMPARED_QUERIES = 4;

/** The search page groups stories unless told not to, and draws what matches over time, other queries beside it. */
export const PageQuery = Type.Object({
  ...SearchQuery.properties,
  stories: Type.Enum(["on", "off"], { default: "on" }),
  vs: Type.Array(Type.String({ maxLength: 200 }), { maxItems: MAX_COMPARED_QUERIES, default: [] }),
  interval: Type.Optional(Type.Enum([...COUNT_INTERVALS])),
  measure: Type.Optional(Type.Enum(["share"])),
  by: Type.Optional(Type.Enum(["source", "none"])),
});
export type PageQuery = Static<typeof PageQuery>;

export const ArticleParams = Type.Object({
  id: Type.String({
    minLength: 1,
    maxLength: MAX_ID_LENGTH,
    description: "The ids . and .., which no path can hold, are written ~. and ~..",
  }),
});

export const SimilarQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT }),
});

/** Not a tuple, which JSON Schema 2020-12 and the draft that checks it here write differently. */
const Range = Type.Unsafe<[number, number]>(Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 }));

const Highlights = Type.Array(Range, { description: "UTF-16 offsets, start and end, end exclusive." });

const published = Type.String({ description: "Instant of publication, ISO 8601 in UTC; empty where unknown." });

const articleFields = {
  id: Type.String(),
  title: Type.String(),
  url: Type.String({ description: "Empty where unknown." }),
  source: Type.String({ description: "Empty where unknown." }),
  published,
};

const match = Type.Enum([...MATCH_KINDS], {
  description:
    "words: it holds the words asked for; meaning: it is unmistakably near in meaning; related: merely similar, listed after the others and not counted.",
});

export const WireHit = Type.Object({
  ...articleFields,
  category: Type.String({ description: "Empty where unknown." }),
  score: Type.Number({ description: "Higher is better; comparable within one reply." }),
  titleHighlights: Highlights,
  snippet: Type.Object({ text: Type.String(), highlights: Highlights }),
  bodyLength: Type.Integer({ description: "Of the whole text, in UTF-16 units." }),
  copies: Type.Array(Type.Object(articleFields), { description: "Near-copies that were folded into this hit." }),
  tellings: Type.Array(Type.Object({ ...articleFields, match }), {
    description:
      "With stories=on: other tellings of the same event, and their copies. One that is merely related may stand under a hit that matches; it is not counted.",
  }),
  why: Type.Object({
    keyword: Type.Optional(Type.Number({ description: "BM25 for the words of the query." })),
    semantic: Type.Optional(Type.Number({ description: "Cosine of query and article." })),
    rerank: Type.Optional(Type.Number({ description: "What a re-ranker gave it; comparable within one reply." })),
  }),
  match,
});
export type WireHit = Static<typeof WireHit>;

const FacetRemainder = Type.Object({
  none: Type.Integer({ description: "Articles without a value; `without` asks for them." }),
  values: Type.Integer({ description: "Values beyond those listed." }),
  count: Type.Integer({ description: "Articles that have one of these." }),
});

const FacetCounts = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }));

export const Notices = Type.Array(Type.Enum([...SEARCH_NOTICES]), {
  description:
    "What to know of how the reply came about. query-cut: the query was too long or had too many parts, so some of it was left out; readAs says what was obeyed. phrase-unchecked: too many articles hold every part of a phrase, of an excluded word, or of words in the title or near each other, to be read; all of them count unread, and some may not match.",
});

export const SearchReply = Type.Object({
  query: Type.String(),
  mode: Type.Enum([...SEARCH_MODES], { description: "The mode that was used." }),
  total: Type.Integer({ description: "Articles that match; facets and histogram count the same set." }),
  collapsed: Type.Integer({ description: "Near-copies and tellings among them, shown inside other hits." }),
  related: Type.Integer({
    description: "Articles that are merely similar: listed after those that match, counted nowhere else.",
  }),
  relaxed: Type.Optional(
    Type.Object(
      { held: Type.Integer(), wanted: Type.Integer() },
      {
        description:
          "No article of the archive holds all words, each in one piece: those that match hold so many of so many (all: in pieces).",
      },
    ),
  ),
  readAs: Type.String({ description: "How the query was read, in the query language." }),
  unknownOperators: Type.Array(Type.String(), {
    description: "What in the query looks like an operator and is none that is known; it was looked for as words.",
  }),
  alsoSearched: Type.Array(Type.String(), { description: "Synonyms of its words that were looked for too." }),
  reranking: Type.Optional(
    Type.Object(
      { by: Type.String(), read: Type.Integer(), of: Type.Integer() },
      {
        description:
          "A re-ranker was given so many of the first hits and read so many in time: those are in its order, mixed with that of the search; the others kept their places.",
      },
    ),
  ),
  tookMs: Type.Number(),
  snapshot: Type.String({ description: "Names the state of the archive: the same name gives the same reply." }),
  hits: Type.Array(WireHit),
  nextCursor: Type.Optional(
    Type.String({
      description:
        "There are more hits: the same search with it as `cursor` gives the next page, of the same snapshot. Absent at the end of the list, and where nobody can page further: then `notices` has `list-cut`.",
    }),
  ),
  facets: Type.Object({ source: FacetCounts, category: FacetCounts }),
  facetRemainders: Type.Object(
    { source: FacetRemainder, category: FacetRemainder },
    { description: "With what is not listed, the counts of a facet add up to the total." },
  ),
  histogram: Type.Object({
    interval: Type.Enum([...HISTOGRAM_INTERVALS]),
    buckets: Type.Array(Type.Object({ start: Type.String(), count: Type.Integer() })),
    undated: Type.Integer({ description: "Articles without a date, which stand in no bucket." }),
  }),
  notices: Notices,
});
export type SearchReply = Static<typeof SearchReply>;

export const SuggestReply = Type.Object({ titles: Type.Array(Type.String()) });
export type SuggestReply = Static<typeof SuggestReply>;

export const WireArticle = Type.Object({ ...articleFields, category: Type.String(), body: Type.String() });
export type WireArticle = Static<typeof WireArticle>;

export const SimilarReply = Type.Object({ id: Type.String(), hits: Type.Array(WireHit) });

/** How the dates of a body are read; as the settings of `wenxun import`. */
export const PutQuery = Type.Object({
  timezone: Type.Optional(
    Type.String({
      maxLength: 100,
      description: "IANA time zone of dates that do not say theirs. Default: the archive's.",
      examples: ["Asia/Taipei"],
    }),
  ),
  dayOrder: Type.Optional(
    Type.Enum([...DAY_ORDERS], { description: "What 03/04/2021 means. Without it such a date is none." }),
  ),
  asOf: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        "The moment that 3小时前, 昨天 and 3月14日 are counted from; `now`, or any date. Without it they are none.",
      examples: ["2021-03-14T12:00"],
    }),
  ),
  earliest: day("A date before this day is none. Default 1800-01-01."),
  latest: day("A date after this day is none. Default a year from now."),
  republicYears: Type.Optional(
    Type.Boolean({
      description:
        "Whether years below 200 are those of the Republic of China: 110年 is 2021. Default: told by the text.",
    }),
  ),
});

export const PutReply = Type.Object({
  added: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  repeated: Type.Integer({
    description: "Articles whose id comes again in the same request; of several with one id the last is stored.",
  }),
  rejected: Type.Array(Type.Object({ index: Type.Integer(), reason: Type.String() }), {
    description: "Records that could not be used, by their place in the request.",
  }),
});
export type PutReply = Static<typeof PutReply>;

export const RemoveReply = Type.Object({
  removed: Type.Integer({ description: "1: the article was there, and is not any more." }),
});
export type RemoveReply = Static<typeof RemoveReply>;

export const StatusReply = Type.Object({
  version: Type.String(),
  uptimeS: Type.Number(),
  ready: Type.Boolean(),
  memory: Type.Object({
    rssBytes: Type.Integer(),
    heapUsedBytes: Type.Integer(),
    externalBytes: Type.Integer({ description: "Outside the JavaScript heap, array buffers included." }),
    ceilingBytes: Type.Optional(Type.Integer({ description: "Of resident memory; absent where there is none." })),
    highestBytes: Type.Optional(Type.Integer({ description: "The most that was resident, where there is a ceiling." })),
    state: Type.Optional(
      Type.Enum(["calm", "short", "full", "over"], {
        description:
          "`short`: caches have been given back; `full`: one search at a time, the others wait; `over`: new searches get 503 while sixteen are held already.",
      }),
    ),
  }),
  search: Type.Optional(
    Type.Object({
      threads: Type.Integer({ description: "That search." }),
      running: Type.Integer({ description: "Searches under way." }),
      waiting: Type.Integer({ description: "Searches that wait for a thread." }),
    }),
  ),
  encoder: Type.Optional(
    Type.Object({ name: Type.String(), fingerprint: Type.String(), dimensions: Type.Integer(), bytes: Type.Integer() }),
  ),
  archive: Type.Optional(
    Type.Object({
      snapshot: Type.String(),
      articles: Type.Integer(),
      segments: Type.Optional(Type.Integer()),
      sources: Type.Integer(),
      categories: Type.Integer(),
      timezone: Type.String(),
      created: Type.String(),
      encoderFingerprint: Type.String({ description: "Of the encoder that made the vectors." }),
      vectorsOutdated: Type.Boolean({
        description:
          "They are of another encoder than the one in use: searches go by words until the archive is reindexed.",
      }),
    }),
  ),
  activity: Type.Optional(
    Type.Object(
      {
        what: Type.Enum([...ACTIVITY_KINDS]),
        started: Type.String({ description: "ISO 8601 in UTC." }),
        done: Type.Integer({ description: "Articles." }),
        share: Type.Optional(Type.Number({ description: "Of the whole, 0 to 1, where that is known." })),
      },
      { description: "What is being written to the archive, by whatever process; absent: nothing that takes long." },
    ),
  ),
  resources: Type.Array(
    Type.Object({
      key: Type.String(),
      state: Type.Enum(["loading", "ready", "failed", "released"]),
      loads: Type.Integer({ description: "Times it was loaded in this process." }),
      loadMs: Type.Number(),
      bytes: Type.Integer(),
      borrowers: Type.Integer(),
      hits: Type.Integer(),
    }),
  ),
});
export type StatusReply = Static<typeof StatusReply>;
