import { distinctTermsOf, type FoundTerm, type TermStatistics } from "../../search/matching/words.ts";
import type { SampledVectors } from "../../search/nearness.ts";
import { parseQuery } from "../../search/query.ts";
import { checkUnchanged } from "../index/behind-alias.ts";
import type { ClusterSnapshot } from "../index/commits.ts";
import type { OpenIndex } from "../index/open-index.ts";
import type { StoredDocument } from "../index/to-document.ts";
import type { SearchCaches } from "../search/search-caches.ts";
import { MAX_ASKED, TermCounts } from "../search/term-counts.ts";
import { textsOf } from "../search/texts-of.ts";
import { takeSample } from "../search/vector-sample.ts";
import { readLastKey } from "../write/read-waiting.ts";
import { type Clause, SnapshotReads } from "./snapshot-reads.ts";

/** What of a document is held against searches that are followed. */
const FIELDS: readonly (keyof StoredDocument)[] = ["article", "hash", "key", "packedVector", "waiting"];

export interface StoredOrderOptions {
  readonly index: OpenIndex;
  readonly caches: SearchCaches;
  /** Reads the newest snapshot. */
  readonly reading: <T>(read: (snapshot: ClusterSnapshot) => Promise<T>) => Promise<T>;
}

/** An archive in the order in which its articles were stored: each has a key that is larger than those before it. */
export class StoredOrder {
  readonly #options: StoredOrderOptions;

  constructor(options: StoredOrderOptions) {
    this.#options = options;
  }

  /** The key of the article that was stored last, whether it is still there or not; 0 where none ever was. */
  async lastKey(): Promise<number> {
    const { index } = this.#options;
    return (await index.commits.lastKey()) ?? index.commits.steadily(() => readLastKey(index));
  }

  /** The documents that follow a key, and the key up to which these are all. */
  async after(
    key: number,
    limit: number,
  ): Promise<{ readonly documents: readonly StoredDocument[]; readonly to: number }> {
    const { index } = this.#options;
    return index.commits.steadily(async (lastKey = 0) => {
      await checkUnchanged(index);
      const documents = await this.#find({ range: { key: { gt: key } } }, limit);
      const seen = documents.at(-1)?.key ?? key;
      return { documents, to: documents.length < limit ? Math.max(lastKey, seen) : seen };
    });
  }

  /** The document under a key, where it is still as it was stored. */
  async at(key: number): Promise<StoredDocument | undefined> {
    const { index } = this.#options;
    const [document] = await index.commits.steadily(() => this.#find({ term: { key } }, 1));
    return document;
  }

  /** How common the terms of queries are now; of other terms it knows nothing. */
  statistics(queries: readonly string[]): Promise<TermStatistics> {
    const { index, caches, reading } = this.#options;
    const texts = queries.flatMap((query) => {
      const { phrases, words, tree } = parseQuery(query);
      return [...phrases, ...words, ...textsOf(tree)];
    });
    const terms = [...new Map(texts.flatMap(distinctTermsOf).map((term) => [term.text, term])).values()];
    return reading(async (snapshot) => {
      const reads = new SnapshotReads(index, snapshot);
      const facts = caches(snapshot.name);
      const none = await TermCounts.ask([], reads, facts);
      const known = new Map<string, FoundTerm>();
      for (let start = 0; start < terms.length; start += MAX_ASKED) {
        const part = terms.slice(start, start + MAX_ASKED);
        // Many searches have more terms than those that are kept for the searches of readers.
        const counts = await TermCounts.ask(
          part.map(({ text }) => text),
          reads,
          { ...facts, frequencies: new Map() },
        );
        for (const term of part) known.set(term.text, counts.find(term));
      }
      return { find: (term) => known.get(term.text) ?? none.find(term) };
    });
  }

  /** Some vectors, evenly spread over the archive. */
  background(): Promise<SampledVectors> {
    const { index, caches, reading } = this.#options;
    return reading(async (snapshot) => {
      const reads = new SnapshotReads(index, snapshot);
      const { articles } = await TermCounts.ask([], reads, caches(snapshot.name));
      return takeSample(reads, articles);
    });
  }

  /** By key, from what is visible; a shard that is away is an error, and nothing is passed over. */
  async #find(query: Clause, size: number): Promise<readonly StoredDocument[]> {
    const { client, names } = this.#options.index;
    const { body } = await client.request({
      method: "POST",
      path: `/${names.articles}/_search`,
      query: { allow_partial_search_results: false },
      body: { query, size, sort: [{ key: "asc" }], _source: FIELDS, track_total_hits: false },
    });
    const { hits } = body as { readonly hits: { readonly hits: readonly { readonly _source: StoredDocument }[] } };
    return hits.hits.map(({ _source }) => _source);
  }
}
