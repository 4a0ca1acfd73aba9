import { LENGTH_SHARE, REPETITION } from "../../search/bm25.ts";
import { MAX_LIMIT, MAX_OFFSET } from "../../search/limits.ts";
import { FOLD_VERSION } from "../../text/fold.ts";
import type { Partitioning } from "./partition.ts";

/** Bumped whenever documents are written in another way than before. */
export const INDEX_VERSION = 3;

/** Of an archive by years, so that a program that knows of one index alone does not write to it. */
export const PARTED_VERSION = 4;

/** The version in which an archive is written that is spread over indices so. */
export const versionOf = (partition: Partitioning = "none"): number =>
  partition === "none" ? INDEX_VERSION : PARTED_VERSION;

/** What an archive's index says of itself. */
export interface IndexMeta {
  readonly version: number;
  readonly foldVersion: number;
  readonly encoderFingerprint: string;
  readonly dimensions: number;
  readonly timezone: string;
  readonly createdAtMs: number;
  /** Part of the names of its snapshots, so that those of another archive under the same prefix are not its. */
  readonly archiveId: string;
  /** Absent: all in one index. */
  readonly partition?: Exclude<Partitioning, "none"> | undefined;
}

export interface IndexShape {
  readonly shards: number;
  /** Copies of each shard beside the first; 0 on a single node. */
  readonly replicas: number;
}

export const toIndexMeta = (meta: Omit<IndexMeta, "version" | "foldVersion">): IndexMeta => ({
  version: versionOf(meta.partition),
  foldVersion: FOLD_VERSION,
  ...meta,
});

/** Ranks that are put in order beyond the deepest page, to fold copies among. */
const BEYOND_LAST_PAGE = 1000;

const TEXT = { type: "text", analyzer: "whitespace", similarity: "wenxun" } as const;

/**
 * Settings and mapping of the index of articles. The terms are made by the fold of this program, so the cluster needs no plugin for
 * Chinese; `terms` holds those of the title three times, which is what BM25 counts. Of vectors there is no index of neighbours (`index.knn`): which
 * articles are near is counted exactly, by all their codes, and building a graph takes as much time as all else of an import.
 */
export const createIndexBody = (meta: IndexMeta, { shards, replicas }: IndexShape): object => ({
  settings: {
    index: {
      number_of_shards: shards,
      number_of_replicas: replicas,
      // What is written is seen when a batch is whole, never a part of it.
      refresh_interval: "-1",
      "sort.field": ["at", "key"],
      "sort.order": ["desc", "asc"],
      max_result_window: MAX_OFFSET + MAX_LIMIT + BEYOND_LAST_PAGE,
      "unassigned.node_left.delayed_timeout": "15s",
      similarity: { wenxun: { type: "BM25", k1: REPETITION, b: LENGTH_SHARE } },
    },
  },
  mappings: {
    dynamic: "strict",
    _meta: { wenxun: meta },
    _source: { excludes: ["terms", "titleTerms", "bodyTerms", "vector"] },
    properties: {
      article: { type: "object", enabled: false },
      hash: { type: "keyword", index: false, doc_values: false },
      key: { type: "long" },
      at: { type: "double" },
      day: { type: "integer" },
      month: { type: "integer" },
      year: { type: "integer" },
      source: { type: "keyword" },
      sourceKey: { type: "keyword" },
      category: { type: "keyword" },
      categoryKey: { type: "keyword" },
      length: { type: "integer" },
      terms: { ...TEXT, index_options: "freqs" },
      titleTerms: { ...TEXT, norms: false },
      bodyTerms: { ...TEXT, norms: false },
      waiting: { type: "boolean" },
      earlier: { type: "object", enabled: false },
      code: { type: "binary", doc_values: true },
      sample: { type: "integer" },
      packedVector: { type: "keyword", index: false, doc_values: false },
      vector: { type: "knn_vector", dimension: meta.dimensions },
    },
  },
});

/** Settings and mapping of the index for what is written beside the articles. */
export const createMetaBody = ({ replicas }: IndexShape): object => ({
  settings: { index: { number_of_shards: 1, number_of_replicas: replicas } },
  mappings: { dynamic: false, properties: { kind: { type: "keyword" }, openedAtMs: { type: "long" } } },
});
