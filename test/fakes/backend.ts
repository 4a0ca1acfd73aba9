import type { Backend } from "../../src/api/context.ts";
import type { Article } from "../../src/archive/article.ts";
import type { ArchiveWriter } from "../../src/archive/writer.ts";
import { PlainArchive } from "../engines/plain-archive.ts";
import { PlainStore } from "../engines/plain-store.ts";
import { ARTICLES } from "./articles.ts";
import { createFakeEncoder } from "./encoder.ts";
import { createFakeSearch, type FakeSearch } from "./search-service.ts";

export interface FakeBackend extends Backend {
  readonly search: FakeSearch;
}

/** A backend over a list of articles: what the server needs, without a file. */
export function createFakeBackend(
  articles: readonly Article[] = ARTICLES,
  borrowWriter?: () => Promise<ArchiveWriter>,
): FakeBackend {
  const store = new PlainStore({ prefix: "fake-", createdAtMs: Date.UTC(2026, 0, 1) });
  store.commit((stored) => {
    for (const article of articles)
      stored.set(article.id, { article, vector: undefined, isWaiting: false, key: store.takeKey() });
  });
  const encoder = { ...createFakeEncoder(), name: "fake", fingerprint: "fake" };
  const timezone = "Asia/Shanghai";
  const archive = new PlainArchive({ encoder, timezone, store, writing: borrowWriter !== undefined });
  return {
    search: createFakeSearch(articles),
    // Its parts, so that tests can put others in their places.
    archive: {
      info: archive.info,
      supports: archive.supports,
      stats: () => archive.stats(),
      editions: (id) => archive.editions(id),
      edition: (id, number) => archive.edition(id, number),
      articles: (options) => archive.articles(options),
      borrowWriter: borrowWriter ?? (() => archive.borrowWriter()),
      activity: () => archive.activity(),
      load: () => archive.load(),
      stamp: () => archive.stamp(),
    },
    encoder: { name: "fake", fingerprint: "fake", dimensions: encoder.dimensions, bytes: 16 },
  };
}
