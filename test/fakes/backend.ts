import type { Backend } from "../../src/api/context.ts";
import type { Article } from "../../src/archive/article.ts";
import type { ArchiveWriter } from "../../src/archive/writer.ts";
import type { Snapshot } from "../../src/local/read/snapshot.ts";
import { ARTICLES } from "./articles.ts";
import { createFakeSearch, type FakeSearch } from "./search-service.ts";

export interface FakeBackend extends Backend {
  readonly search: FakeSearch;
}

/** A backend over a list of articles: what the server needs, without a file. */
export function createFakeBackend(
  articles: readonly Article[] = ARTICLES,
  openWriter?: () => Promise<ArchiveWriter>,
): FakeBackend {
  const distinct = (field: "source" | "category"): string[] => [
    "",
    ...new Set(articles.map((article) => article[field] ?? "").filter((value) => value !== "")),
  ];
  const snapshot: Snapshot = {
    name: "fake-1",
    encoderFingerprint: "fake",
    articleCount: articles.length,
    totalTermCount: 0,
    segments: [],
    sources: distinct("source"),
    categories: distinct("category"),
    articles: (keys) => keys.map((key) => withKey(articles[key], key)),
    articleById: (id) =>
      withKey(
        articles.find((article) => article.id === id),
        0,
      ),
    locate: () => undefined,
    [Symbol.dispose]: () => {},
  };
  return {
    search: createFakeSearch(articles),
    archive: {
      info: {
        folder: "/nowhere",
        formatVersion: 1,
        encoderFingerprint: "fake",
        dimensions: 4,
        timezone: "Asia/Shanghai",
        createdAtMs: Date.UTC(2026, 0, 1),
      },
      snapshot: async () => snapshot,
      activity: () => undefined,
    },
    encoder: { name: "fake", fingerprint: "fake", dimensions: 4, bytes: 16 },
    openWriter,
  };
}

const withKey = (article: Article | undefined, key: number) =>
  article === undefined ? undefined : { ...article, key };
