import type { Backend } from "../../src/api/context.ts";
import type { Article } from "../../src/archive/article.ts";
import type { ArchiveWriter } from "../../src/archive/writer.ts";
import { AppError } from "../../src/errors.ts";
import { ARTICLES } from "./articles.ts";
import { createFakeSearch, type FakeSearch } from "./search-service.ts";

export interface FakeBackend extends Backend {
  readonly search: FakeSearch;
}

/** A backend over a list of articles: what the server needs, without a file. */
export function createFakeBackend(
  articles: readonly Article[] = ARTICLES,
  borrowWriter?: () => Promise<ArchiveWriter>,
): FakeBackend {
  const count = (field: "source" | "category"): number =>
    new Set(articles.map((article) => article[field]).filter((value) => value !== undefined)).size;
  return {
    search: createFakeSearch(articles),
    archive: {
      info: {
        encoderFingerprint: "fake",
        dimensions: 4,
        timezone: "Asia/Shanghai",
        createdAtMs: Date.UTC(2026, 0, 1),
      },
      supports: { snapshots: true, exactCounts: true, writing: borrowWriter !== undefined, maintenance: true },
      stats: async () => ({
        snapshot: "fake-1",
        encoderFingerprint: "fake",
        articles: articles.length,
        withoutVector: 0,
        sources: count("source"),
        categories: count("category"),
        segments: 0,
      }),
      async *articles() {
        yield* articles;
      },
      borrowWriter: borrowWriter ?? (() => Promise.reject(new AppError("unavailable", "This archive is only read."))),
      activity: async () => undefined,
      load: () => undefined,
    },
    encoder: { name: "fake", fingerprint: "fake", dimensions: 4, bytes: 16 },
  };
}
