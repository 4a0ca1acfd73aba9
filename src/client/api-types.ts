// Made by tools/make-client-types.ts from the API's description; do not edit.

/** What may be asked of: Search the archive. */
export type SearchParams = {
  /** What is sought. "…" is a phrase, -word excludes. Empty: every article, newest first. */
  readonly q?: string | undefined;
  /** First day, inclusive, in the archive's time zone. */
  readonly from?: string | undefined;
  /** Last day, inclusive. */
  readonly to?: string | undefined;
  /** Only these sources; may be repeated. */
  readonly source?: readonly string[] | undefined;
  /** Only these categories; may be repeated. */
  readonly category?: readonly string[] | undefined;
  /** None of these sources; may be repeated. */
  readonly excludeSource?: readonly string[] | undefined;
  /** None of these categories; may be repeated. */
  readonly excludeCategory?: readonly string[] | undefined;
  /** source: articles without a source, beside those of the sources asked for; category likewise; date: only articles without a date. May be repeated. */
  readonly without?: readonly ("source" | "category" | "date")[] | undefined;
  readonly mode?: "hybrid" | "semantic" | "keyword" | undefined;
  readonly sort?: "relevance" | "newest" | "oldest" | undefined;
  /** Hits in the reply. */
  readonly limit?: number | undefined;
  /** Hits to pass over; a narrower range of days reaches what lies deeper. */
  readonly offset?: number | undefined;
  /** The snapshot of an earlier reply: searches what was there then, so that the same request gives the same list, and the next page continues it. Kept for up to ten minutes; 410 after that. */
  readonly snapshot?: string | undefined;
  /** on: articles that tell the same event become one hit, the others its tellings. */
  readonly stories?: "on" | "off" | undefined;
  /** Values listed of each facet. */
  readonly facetValues?: number | undefined;
  /** nextCursor of a reply to the same search: the page behind it, of the same snapshot. 410 (`snapshot-gone`) once that is not kept any more: begin again without it. */
  readonly cursor?: string | undefined;
};

/** Reply of: Search the archive. */
export type SearchReply = {
  readonly query: string;
  /** The mode that was used. */
  readonly mode: "hybrid" | "semantic" | "keyword";
  /** Articles that match; facets and histogram count the same set. */
  readonly total: number;
  /** Near-copies and tellings among them, shown inside other hits. */
  readonly collapsed: number;
  /** Articles that are merely similar: listed after those that match, counted nowhere else. */
  readonly related: number;
  /** No article of the archive holds all words, each in one piece: those that match hold so many of so many (all: in pieces). */
  readonly relaxed?: {
    readonly held: number;
    readonly wanted: number;
  } | undefined;
  /** How the query was read, in the query language. */
  readonly readAs: string;
  /** What in the query looks like an operator and is none that is known; it was looked for as words. */
  readonly unknownOperators: readonly string[];
  /** Synonyms of its words that were looked for too. */
  readonly alsoSearched: readonly string[];
  /** A re-ranker was given so many of the first hits and read so many in time: those are in its order, mixed with that of the search; the others kept their places. */
  readonly reranking?: {
    readonly by: string;
    readonly read: number;
    readonly of: number;
  } | undefined;
  readonly tookMs: number;
  /** Names the state of the archive: the same name gives the same reply. */
  readonly snapshot: string;
  readonly hits: readonly {
    readonly id: string;
    readonly title: string;
    /** Empty where unknown. */
    readonly url: string;
    /** Empty where unknown. */
    readonly source: string;
    /** Instant of publication, ISO 8601 in UTC; empty where unknown. */
    readonly published: string;
    /** Empty where unknown. */
    readonly category: string;
    /** Higher is better; comparable within one reply. */
    readonly score: number;
    /** UTF-16 offsets, start and end, end exclusive. */
    readonly titleHighlights: readonly (readonly [number, number])[];
    readonly snippet: {
      readonly text: string;
      /** UTF-16 offsets, start and end, end exclusive. */
      readonly highlights: readonly (readonly [number, number])[];
    };
    /** Of the whole text, in UTF-16 units. */
    readonly bodyLength: number;
    /** Near-copies that were folded into this hit. */
    readonly copies: readonly {
      readonly id: string;
      readonly title: string;
      /** Empty where unknown. */
      readonly url: string;
      /** Empty where unknown. */
      readonly source: string;
      /** Instant of publication, ISO 8601 in UTC; empty where unknown. */
      readonly published: string;
    }[];
    /** With stories=on: other tellings of the same event, and their copies. One that is merely related may stand under a hit that matches; it is not counted. */
    readonly tellings: readonly {
      readonly id: string;
      readonly title: string;
      /** Empty where unknown. */
      readonly url: string;
      /** Empty where unknown. */
      readonly source: string;
      /** Instant of publication, ISO 8601 in UTC; empty where unknown. */
      readonly published: string;
      /** words: it holds the words asked for; meaning: it is unmistakably near in meaning; related: merely similar, listed after the others and not counted. */
      readonly match: "words" | "meaning" | "related";
    }[];
    readonly why: {
      /** BM25 for the words of the query. */
      readonly keyword?: number | undefined;
      /** Cosine of query and article. */
      readonly semantic?: number | undefined;
      /** What a re-ranker gave it; comparable within one reply. */
      readonly rerank?: number | undefined;
    };
    /** words: it holds the words asked for; meaning: it is unmistakably near in meaning; related: merely similar, listed after the others and not counted. */
    readonly match: "words" | "meaning" | "related";
  }[];
  /** There are more hits: the same search with it as `cursor` gives the next page, of the same snapshot. Absent at the end of the list, and where nobody can page further: then `notices` has `list-cut`. */
  readonly nextCursor?: string | undefined;
  readonly facets: {
    readonly source: readonly {
      readonly value: string;
      readonly count: number;
    }[];
    readonly category: readonly {
      readonly value: string;
      readonly count: number;
    }[];
  };
  /** With what is not listed, the counts of a facet add up to the total. */
  readonly facetRemainders: {
    readonly source: {
      /** Articles without a value; `without` asks for them. */
      readonly none: number;
      /** Values beyond those listed. */
      readonly values: number;
      /** Articles that have one of these. */
      readonly count: number;
    };
    readonly category: {
      /** Articles without a value; `without` asks for them. */
      readonly none: number;
      /** Values beyond those listed. */
      readonly values: number;
      /** Articles that have one of these. */
      readonly count: number;
    };
  };
  readonly histogram: {
    readonly interval: "day" | "month" | "year";
    readonly buckets: readonly {
      readonly start: string;
      readonly count: number;
    }[];
    /** Articles without a date, which stand in no bucket. */
    readonly undated: number;
  };
  /** What to know of how the reply came about. query-cut: the query was too long or had too many parts, so some of it was left out; readAs says what was obeyed. phrase-unchecked: too many articles hold every part of a phrase, of an excluded word, or of words in the title or near each other, to be read; all of them count unread, and some may not match. */
  readonly notices: readonly ("encoder-away" | "encoder-changed" | "query-has-no-vector" | "query-cut" | "query-has-no-words" | "query-names-article" | "phrase-unchecked" | "list-cut" | "words-outdated" | "commits-unproven" | "rerank-cut" | "rerank-failed")[];
};

/** What may be asked of: Titles that hold what is being typed. */
export type SuggestParams = {
  /** What has been typed so far. */
  readonly q?: string | undefined;
};

/** Reply of: Titles that hold what is being typed. */
export type SuggestReply = {
  readonly titles: readonly string[];
};

/** What may be asked of: Articles over time, as a table. */
export type CountArticlesParams = {
  /** What is counted, in the query language; may be repeated, to count several side by side. Empty: every article. */
  readonly q?: readonly string[] | undefined;
  /** Length of a period; weeks begin on Monday. */
  readonly interval?: "day" | "week" | "month" | "year" | undefined;
  /** Splits the counts of each query by source or category. */
  readonly by?: "source" | "category" | undefined;
  /** With `by`: how many sources or categories are counted apart, the commonest; the others are the rest. */
  readonly values?: number | undefined;
  /** First day, inclusive, in the archive's time zone. */
  readonly from?: string | undefined;
  /** Last day, inclusive. */
  readonly to?: string | undefined;
  /** Only these sources; may be repeated. */
  readonly source?: readonly string[] | undefined;
  /** Only these categories; may be repeated. */
  readonly category?: readonly string[] | undefined;
  /** None of these sources; may be repeated. */
  readonly excludeSource?: readonly string[] | undefined;
  /** None of these categories; may be repeated. */
  readonly excludeCategory?: readonly string[] | undefined;
  /** source: articles without a source, beside those of the sources asked for; category likewise; date: only articles without a date. May be repeated. */
  readonly without?: readonly ("source" | "category" | "date")[] | undefined;
  readonly mode?: "hybrid" | "semantic" | "keyword" | undefined;
  /** The snapshot of an earlier reply: searches what was there then, so that the same request gives the same list, and the next page continues it. Kept for up to ten minutes; 410 after that. */
  readonly snapshot?: string | undefined;
};

/** Reply of: Articles over time, as a table. */
export type CountArticlesReply = {
  readonly interval: "day" | "week" | "month" | "year";
  /** In which days begin. */
  readonly timezone: string;
  readonly by?: "source" | "category" | undefined;
  /** Names the state of the archive in which everything was counted. */
  readonly snapshot: string;
  readonly queries: readonly {
    readonly query: string;
    /** The mode that was used. */
    readonly mode: "hybrid" | "semantic" | "keyword";
    /** How the query was read. */
    readonly readAs: string;
    /** Articles that match; the series of the query add up to it. */
    readonly total: number;
    /** Those of them that have no date and stand in no period. */
    readonly undated: number;
    /** What to know of how the reply came about. query-cut: the query was too long or had too many parts, so some of it was left out; readAs says what was obeyed. phrase-unchecked: too many articles hold every part of a phrase, of an excluded word, or of words in the title or near each other, to be read; all of them count unread, and some may not match. */
    readonly notices: readonly ("encoder-away" | "encoder-changed" | "query-has-no-vector" | "query-cut" | "query-has-no-words" | "query-names-article" | "phrase-unchecked" | "list-cut" | "words-outdated" | "commits-unproven" | "rerank-cut" | "rerank-failed")[];
  }[];
  /** All have the same periods: from the first with a match of any query to the last, those without one between them too. */
  readonly series: readonly {
    readonly query: string;
    /** all: whatever the query matches; value: of one source or category; none: without any; rest: of all others together. */
    readonly group: "all" | "value" | "none" | "rest";
    /** The source or category; empty where the group is none. */
    readonly value: string;
    readonly total: {
      /** Articles that match. */
      readonly count: number;
      /** All articles, with the same filters. */
      readonly all: number;
      /** count / all; 0 where there are none. */
      readonly share: number;
    };
    readonly undated: {
      /** Articles that match. */
      readonly count: number;
      /** All articles, with the same filters. */
      readonly all: number;
      /** count / all; 0 where there are none. */
      readonly share: number;
    };
    readonly periods: readonly {
      /** First day, YYYY-MM-DD. */
      readonly start: string;
      /** Articles that match. */
      readonly count: number;
      /** All articles, with the same filters. */
      readonly all: number;
      /** count / all; 0 where there are none. */
      readonly share: number;
    }[];
  }[];
};

/** What may be asked of: Articles over time, as CSV. */
export type CountArticlesCsvParams = {
  /** What is counted, in the query language; may be repeated, to count several side by side. Empty: every article. */
  readonly q?: readonly string[] | undefined;
  /** Length of a period; weeks begin on Monday. */
  readonly interval?: "day" | "week" | "month" | "year" | undefined;
  /** Splits the counts of each query by source or category. */
  readonly by?: "source" | "category" | undefined;
  /** With `by`: how many sources or categories are counted apart, the commonest; the others are the rest. */
  readonly values?: number | undefined;
  /** First day, inclusive, in the archive's time zone. */
  readonly from?: string | undefined;
  /** Last day, inclusive. */
  readonly to?: string | undefined;
  /** Only these sources; may be repeated. */
  readonly source?: readonly string[] | undefined;
  /** Only these categories; may be repeated. */
  readonly category?: readonly string[] | undefined;
  /** None of these sources; may be repeated. */
  readonly excludeSource?: readonly string[] | undefined;
  /** None of these categories; may be repeated. */
  readonly excludeCategory?: readonly string[] | undefined;
  /** source: articles without a source, beside those of the sources asked for; category likewise; date: only articles without a date. May be repeated. */
  readonly without?: readonly ("source" | "category" | "date")[] | undefined;
  readonly mode?: "hybrid" | "semantic" | "keyword" | undefined;
  /** The snapshot of an earlier reply: searches what was there then, so that the same request gives the same list, and the next page continues it. Kept for up to ten minutes; 410 after that. */
  readonly snapshot?: string | undefined;
};

/** Reply of: Articles over time, as CSV. */
export type CountArticlesCsvReply = unknown;

/** Reply of: One article. */
export type GetArticleReply = {
  readonly id: string;
  readonly title: string;
  /** Empty where unknown. */
  readonly url: string;
  /** Empty where unknown. */
  readonly source: string;
  /** Instant of publication, ISO 8601 in UTC; empty where unknown. */
  readonly published: string;
  readonly category: string;
  readonly body: string;
};

/** Reply of: Remove an article. */
export type RemoveArticleReply = {
  /** 1: the article was there, and is not any more. */
  readonly removed: number;
};

/** What may be asked of: Articles nearest in meaning. */
export type FindSimilarArticlesParams = {
  readonly limit?: number | undefined;
};

/** Reply of: Articles nearest in meaning. */
export type FindSimilarArticlesReply = {
  readonly id: string;
  readonly hits: readonly {
    readonly id: string;
    readonly title: string;
    /** Empty where unknown. */
    readonly url: string;
    /** Empty where unknown. */
    readonly source: string;
    /** Instant of publication, ISO 8601 in UTC; empty where unknown. */
    readonly published: string;
    /** Empty where unknown. */
    readonly category: string;
    /** Higher is better; comparable within one reply. */
    readonly score: number;
    /** UTF-16 offsets, start and end, end exclusive. */
    readonly titleHighlights: readonly (readonly [number, number])[];
    readonly snippet: {
      readonly text: string;
      /** UTF-16 offsets, start and end, end exclusive. */
      readonly highlights: readonly (readonly [number, number])[];
    };
    /** Of the whole text, in UTF-16 units. */
    readonly bodyLength: number;
    /** Near-copies that were folded into this hit. */
    readonly copies: readonly {
      readonly id: string;
      readonly title: string;
      /** Empty where unknown. */
      readonly url: string;
      /** Empty where unknown. */
      readonly source: string;
      /** Instant of publication, ISO 8601 in UTC; empty where unknown. */
      readonly published: string;
    }[];
    /** With stories=on: other tellings of the same event, and their copies. One that is merely related may stand under a hit that matches; it is not counted. */
    readonly tellings: readonly {
      readonly id: string;
      readonly title: string;
      /** Empty where unknown. */
      readonly url: string;
      /** Empty where unknown. */
      readonly source: string;
      /** Instant of publication, ISO 8601 in UTC; empty where unknown. */
      readonly published: string;
      /** words: it holds the words asked for; meaning: it is unmistakably near in meaning; related: merely similar, listed after the others and not counted. */
      readonly match: "words" | "meaning" | "related";
    }[];
    readonly why: {
      /** BM25 for the words of the query. */
      readonly keyword?: number | undefined;
      /** Cosine of query and article. */
      readonly semantic?: number | undefined;
      /** What a re-ranker gave it; comparable within one reply. */
      readonly rerank?: number | undefined;
    };
    /** words: it holds the words asked for; meaning: it is unmistakably near in meaning; related: merely similar, listed after the others and not counted. */
    readonly match: "words" | "meaning" | "related";
  }[];
};

/** Reply of: Editions of an article. */
export type ListEditionsReply = {
  readonly id: string;
  readonly editions: readonly {
    /** 1 for the first; each later one counts on, and the highest is the newest. */
    readonly number: number;
    /** When it took the place of the one before, ISO 8601 in UTC; empty for the first. */
    readonly since: string;
    readonly title: string;
    /** Instant of publication, ISO 8601 in UTC; empty where unknown. */
    readonly published: string;
  }[];
};

/** Reply of: One edition of an article. */
export type GetEditionReply = {
  /** 1 for the first; each later one counts on, and the highest is the newest. */
  readonly number: number;
  /** When it took the place of the one before, ISO 8601 in UTC; empty for the first. */
  readonly since: string;
  readonly id: string;
  readonly title: string;
  /** Empty where unknown. */
  readonly url: string;
  /** Empty where unknown. */
  readonly source: string;
  /** Instant of publication, ISO 8601 in UTC; empty where unknown. */
  readonly published: string;
  readonly category: string;
  readonly body: string;
};

/** Reply of: What is loaded, and how large. */
export type GetStatusReply = {
  readonly version: string;
  readonly uptimeS: number;
  readonly ready: boolean;
  readonly memory: {
    readonly rssBytes: number;
    readonly heapUsedBytes: number;
    /** Outside the JavaScript heap, array buffers included. */
    readonly externalBytes: number;
    /** Of resident memory; absent where there is none. */
    readonly ceilingBytes?: number | undefined;
    /** The most that was resident, where there is a ceiling. */
    readonly highestBytes?: number | undefined;
    /** `short`: caches have been given back; `full`: one search at a time, the others wait; `over`: new searches get 503 while sixteen are held already. */
    readonly state?: "calm" | "short" | "full" | "over" | undefined;
  };
  readonly search?: {
    /** That search. */
    readonly threads: number;
    /** Searches under way. */
    readonly running: number;
    /** Searches that wait for a thread. */
    readonly waiting: number;
  } | undefined;
  readonly encoder?: {
    readonly name: string;
    readonly fingerprint: string;
    readonly dimensions: number;
    readonly bytes: number;
  } | undefined;
  readonly archive?: {
    readonly snapshot: string;
    readonly articles: number;
    readonly segments?: number | undefined;
    readonly sources: number;
    readonly categories: number;
    readonly timezone: string;
    readonly created: string;
    /** Of the encoder that made the vectors. */
    readonly encoderFingerprint: string;
    /** They are of another encoder than the one in use: searches go by words until the archive is reindexed. */
    readonly vectorsOutdated: boolean;
  } | undefined;
  /** What is being written to the archive, by whatever process; absent: nothing that takes long. */
  readonly activity?: {
    readonly what: "import" | "merge" | "encode" | "reindex" | "repair" | "rewrite";
    /** ISO 8601 in UTC. */
    readonly started: string;
    /** Articles. */
    readonly done: number;
    /** Of the whole, 0 to 1, where that is known. */
    readonly share?: number | undefined;
  } | undefined;
  readonly resources: readonly {
    readonly key: string;
    readonly state: "loading" | "ready" | "failed" | "released";
    /** Times it was loaded in this process. */
    readonly loads: number;
    readonly loadMs: number;
    readonly bytes: number;
    readonly borrowers: number;
    readonly hits: number;
  }[];
};

/** What may be asked of: What is followed, and how it is. */
export type ListSourcesParams = {
  readonly limit?: number | undefined;
  /** nextCursor of a reply with the same list: the items behind it. */
  readonly cursor?: string | undefined;
};

/** Reply of: What is followed, and how it is. */
export type ListSourcesReply = {
  readonly sources: readonly {
    readonly id: number;
    readonly kind: "feed" | "sitemap" | "page" | "folder";
    readonly address: string;
    readonly name: unknown;
    readonly status: "active" | "paused" | "stopped";
    readonly health: "ok" | "failing" | "new" | "paused" | "stopped";
    readonly added: string;
    readonly lastCheck: unknown;
    readonly lastSuccess: unknown;
    readonly lastChange: unknown;
    readonly nextCheck: unknown;
    readonly intervalMinutes: number;
    /** In a row. */
    readonly failures: number;
    readonly problem: unknown;
    readonly notice: unknown;
    readonly missed: unknown;
    /** That came from it. */
    readonly articles: number;
    /** On average of the last seven days. */
    readonly articlesPerDay: number;
    /** Articles whose page is still to be read. */
    readonly waitingPages: number;
    readonly hub: unknown;
    readonly hubStatus: unknown;
    readonly hubProblem: unknown;
  }[];
  /** There are more: the same request with it as `cursor` gives them. */
  readonly nextCursor?: string | undefined;
};

/** Reply of: Follow a feed, a sitemap or a page. */
export type AddSourceReply = {
  readonly source: {
    readonly id: number;
    readonly kind: "feed" | "sitemap" | "page" | "folder";
    readonly address: string;
    readonly name: unknown;
    readonly status: "active" | "paused" | "stopped";
    readonly health: "ok" | "failing" | "new" | "paused" | "stopped";
    readonly added: string;
    readonly lastCheck: unknown;
    readonly lastSuccess: unknown;
    readonly lastChange: unknown;
    readonly nextCheck: unknown;
    readonly intervalMinutes: number;
    /** In a row. */
    readonly failures: number;
    readonly problem: unknown;
    readonly notice: unknown;
    readonly missed: unknown;
    /** That came from it. */
    readonly articles: number;
    /** On average of the last seven days. */
    readonly articlesPerDay: number;
    /** Articles whose page is still to be read. */
    readonly waitingPages: number;
    readonly hub: unknown;
    readonly hubStatus: unknown;
    readonly hubProblem: unknown;
  };
  /** False where it was followed already. */
  readonly isNew: boolean;
  readonly remark: unknown;
};

/** Reply of: Pause or resume a source. */
export type ChangeSourceReply = {
  readonly id: number;
  readonly kind: "feed" | "sitemap" | "page" | "folder";
  readonly address: string;
  readonly name: unknown;
  readonly status: "active" | "paused" | "stopped";
  readonly health: "ok" | "failing" | "new" | "paused" | "stopped";
  readonly added: string;
  readonly lastCheck: unknown;
  readonly lastSuccess: unknown;
  readonly lastChange: unknown;
  readonly nextCheck: unknown;
  readonly intervalMinutes: number;
  /** In a row. */
  readonly failures: number;
  readonly problem: unknown;
  readonly notice: unknown;
  readonly missed: unknown;
  /** That came from it. */
  readonly articles: number;
  /** On average of the last seven days. */
  readonly articlesPerDay: number;
  /** Articles whose page is still to be read. */
  readonly waitingPages: number;
  readonly hub: unknown;
  readonly hubStatus: unknown;
  readonly hubProblem: unknown;
};

/** Reply of: Follow a source no more. */
export type RemoveSourceReply = {
  readonly id: number;
  readonly kind: "feed" | "sitemap" | "page" | "folder";
  readonly address: string;
  readonly name: unknown;
  readonly status: "active" | "paused" | "stopped";
  readonly health: "ok" | "failing" | "new" | "paused" | "stopped";
  readonly added: string;
  readonly lastCheck: unknown;
  readonly lastSuccess: unknown;
  readonly lastChange: unknown;
  readonly nextCheck: unknown;
  readonly intervalMinutes: number;
  /** In a row. */
  readonly failures: number;
  readonly problem: unknown;
  readonly notice: unknown;
  readonly missed: unknown;
  /** That came from it. */
  readonly articles: number;
  /** On average of the last seven days. */
  readonly articlesPerDay: number;
  /** Articles whose page is still to be read. */
  readonly waitingPages: number;
  readonly hub: unknown;
  readonly hubStatus: unknown;
  readonly hubProblem: unknown;
};

/** Reply of: Look at a source soon. */
export type CheckSourceReply = {
  readonly id: number;
  readonly kind: "feed" | "sitemap" | "page" | "folder";
  readonly address: string;
  readonly name: unknown;
  readonly status: "active" | "paused" | "stopped";
  readonly health: "ok" | "failing" | "new" | "paused" | "stopped";
  readonly added: string;
  readonly lastCheck: unknown;
  readonly lastSuccess: unknown;
  readonly lastChange: unknown;
  readonly nextCheck: unknown;
  readonly intervalMinutes: number;
  /** In a row. */
  readonly failures: number;
  readonly problem: unknown;
  readonly notice: unknown;
  readonly missed: unknown;
  /** That came from it. */
  readonly articles: number;
  /** On average of the last seven days. */
  readonly articlesPerDay: number;
  /** Articles whose page is still to be read. */
  readonly waitingPages: number;
  readonly hub: unknown;
  readonly hubStatus: unknown;
  readonly hubProblem: unknown;
};

/** What may be asked of: Searches that are followed. */
export type ListAlertsParams = {
  readonly limit?: number | undefined;
  /** nextCursor of a reply with the same list: the items behind it. */
  readonly cursor?: string | undefined;
};

/** Reply of: Searches that are followed. */
export type ListAlertsReply = {
  readonly alerts: readonly {
    readonly id: number;
    readonly name: string;
    readonly search: {
      readonly query: string;
      readonly mode: "hybrid" | "semantic" | "keyword";
      readonly from?: string | undefined;
      readonly to?: string | undefined;
      readonly sources: readonly string[];
      readonly categories: readonly string[];
      readonly excludedSources: readonly string[];
      readonly excludedCategories: readonly string[];
      readonly without?: readonly ("source" | "category" | "date")[] | undefined;
    };
    readonly channel: "mail" | "webhook";
    readonly address: string;
    readonly rhythm: "instant" | "hourly" | "daily";
    /** When a daily digest comes, HH:MM in the zone. */
    readonly at: string;
    readonly timezone: string;
    readonly language: "en" | "zh-Hans" | "zh-Hant";
    readonly status: "active" | "paused" | "stopped";
    readonly problem: unknown;
    readonly added: string;
    readonly lastSent: unknown;
    readonly nextDigest: unknown;
    /** Articles that wait to be told of. */
    readonly pending: number;
  }[];
  /** There are more: the same request with it as `cursor` gives them. */
  readonly nextCursor?: string | undefined;
};

/** Reply of: Follow a search by mail or webhook. */
export type AddAlertReply = {
  readonly alert: {
    readonly id: number;
    readonly name: string;
    readonly search: {
      readonly query: string;
      readonly mode: "hybrid" | "semantic" | "keyword";
      readonly from?: string | undefined;
      readonly to?: string | undefined;
      readonly sources: readonly string[];
      readonly categories: readonly string[];
      readonly excludedSources: readonly string[];
      readonly excludedCategories: readonly string[];
      readonly without?: readonly ("source" | "category" | "date")[] | undefined;
    };
    readonly channel: "mail" | "webhook";
    readonly address: string;
    readonly rhythm: "instant" | "hourly" | "daily";
    /** When a daily digest comes, HH:MM in the zone. */
    readonly at: string;
    readonly timezone: string;
    readonly language: "en" | "zh-Hans" | "zh-Hant";
    readonly status: "active" | "paused" | "stopped";
    readonly problem: unknown;
    readonly added: string;
    readonly lastSent: unknown;
    readonly nextDigest: unknown;
    /** Articles that wait to be told of. */
    readonly pending: number;
  };
  readonly signingSecret: unknown;
  readonly preview: {
    readonly days: number;
    /** Articles of these days that match, copies included. */
    readonly total: number;
    readonly daysWithArticles: number;
    /** Where no article holds all words yet: how many of how many one holds. */
    readonly relaxed: unknown;
    readonly examples: readonly {
      readonly id: string;
      readonly title: string;
    }[];
  };
};

/** Reply of: How often a followed search would have told of something. */
export type PreviewAlertReply = {
  readonly preview: {
    readonly days: number;
    /** Articles of these days that match, copies included. */
    readonly total: number;
    readonly daysWithArticles: number;
    /** Where no article holds all words yet: how many of how many one holds. */
    readonly relaxed: unknown;
    readonly examples: readonly {
      readonly id: string;
      readonly title: string;
    }[];
  };
};

/** Reply of: A followed search, and its last messages. */
export type GetAlertReply = {
  readonly alert: {
    readonly id: number;
    readonly name: string;
    readonly search: {
      readonly query: string;
      readonly mode: "hybrid" | "semantic" | "keyword";
      readonly from?: string | undefined;
      readonly to?: string | undefined;
      readonly sources: readonly string[];
      readonly categories: readonly string[];
      readonly excludedSources: readonly string[];
      readonly excludedCategories: readonly string[];
      readonly without?: readonly ("source" | "category" | "date")[] | undefined;
    };
    readonly channel: "mail" | "webhook";
    readonly address: string;
    readonly rhythm: "instant" | "hourly" | "daily";
    /** When a daily digest comes, HH:MM in the zone. */
    readonly at: string;
    readonly timezone: string;
    readonly language: "en" | "zh-Hans" | "zh-Hant";
    readonly status: "active" | "paused" | "stopped";
    readonly problem: unknown;
    readonly added: string;
    readonly lastSent: unknown;
    readonly nextDigest: unknown;
    /** Articles that wait to be told of. */
    readonly pending: number;
  };
  /** The last ones, newest first. */
  readonly deliveries: readonly {
    /** The same at every attempt: webhook-id, and part of the Message-ID of a mail. */
    readonly messageId: string;
    readonly status: "waiting" | "sent" | "failed" | "dropped";
    readonly created: string;
    readonly attempts: number;
    readonly nextAttempt: unknown;
    readonly problem: unknown;
  }[];
};

/** Reply of: Pause or resume a followed search. */
export type ChangeAlertReply = {
  readonly id: number;
  readonly name: string;
  readonly search: {
    readonly query: string;
    readonly mode: "hybrid" | "semantic" | "keyword";
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly sources: readonly string[];
    readonly categories: readonly string[];
    readonly excludedSources: readonly string[];
    readonly excludedCategories: readonly string[];
    readonly without?: readonly ("source" | "category" | "date")[] | undefined;
  };
  readonly channel: "mail" | "webhook";
  readonly address: string;
  readonly rhythm: "instant" | "hourly" | "daily";
  /** When a daily digest comes, HH:MM in the zone. */
  readonly at: string;
  readonly timezone: string;
  readonly language: "en" | "zh-Hans" | "zh-Hant";
  readonly status: "active" | "paused" | "stopped";
  readonly problem: unknown;
  readonly added: string;
  readonly lastSent: unknown;
  readonly nextDigest: unknown;
  /** Articles that wait to be told of. */
  readonly pending: number;
};

/** Reply of: Follow a search no more. */
export type RemoveAlertReply = {
  readonly id: number;
  readonly name: string;
  readonly search: {
    readonly query: string;
    readonly mode: "hybrid" | "semantic" | "keyword";
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly sources: readonly string[];
    readonly categories: readonly string[];
    readonly excludedSources: readonly string[];
    readonly excludedCategories: readonly string[];
    readonly without?: readonly ("source" | "category" | "date")[] | undefined;
  };
  readonly channel: "mail" | "webhook";
  readonly address: string;
  readonly rhythm: "instant" | "hourly" | "daily";
  /** When a daily digest comes, HH:MM in the zone. */
  readonly at: string;
  readonly timezone: string;
  readonly language: "en" | "zh-Hans" | "zh-Hant";
  readonly status: "active" | "paused" | "stopped";
  readonly problem: unknown;
  readonly added: string;
  readonly lastSent: unknown;
  readonly nextDigest: unknown;
  /** Articles that wait to be told of. */
  readonly pending: number;
};

/** Reply of: Have messages sent again. */
export type ReplayAlertReply = {
  /** That will be sent again. */
  readonly messages: number;
};

/** What may be asked of: Add or replace articles. */
export type PutArticlesParams = {
  /** IANA time zone of dates that do not say theirs. Default: the archive's. */
  readonly timezone?: string | undefined;
  /** What 03/04/2021 means. Without it such a date is none. */
  readonly dayOrder?: "dmy" | "mdy" | undefined;
  /** The moment that 3小时前, 昨天 and 3月14日 are counted from; `now`, or any date. Without it they are none. */
  readonly asOf?: string | undefined;
  /** A date before this day is none. Default 1800-01-01. */
  readonly earliest?: string | undefined;
  /** A date after this day is none. Default a year from now. */
  readonly latest?: string | undefined;
  /** Whether years below 200 are those of the Republic of China: 110年 is 2021. Default: told by the text. */
  readonly republicYears?: boolean | undefined;
};

/** Reply of: Add or replace articles. */
export type PutArticlesReply = {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Articles whose id comes again in the same request; of several with one id the last is stored. */
  readonly repeated: number;
  /** Records that could not be used, by their place in the request. */
  readonly rejected: readonly {
    readonly index: number;
    readonly reason: string;
  }[];
};

/** Codes of errors. */
export type ApiErrorCode = "usage" | "invalid-request" | "method-not-allowed" | "not-found" | "snapshot-gone" | "unauthorized" | "forbidden" | "misdirected-request" | "too-slow" | "payload-too-large" | "text-too-long" | "overloaded" | "unavailable" | "timeout" | "bad-input" | "fetch-refused" | "fetch-failed" | "archive-missing" | "archive-locked" | "archive-damaged" | "archive-version" | "encoder-mismatch" | "encoder-unavailable" | "interrupted" | "port-in-use" | "disk-full" | "io" | "internal";
