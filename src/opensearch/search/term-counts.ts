import { distinctTermsOf, type FoundTerm, idfOf, type Term, type TermStatistics } from "../../search/matching/words.ts";
import type { SnapshotReads } from "../read/snapshot-reads.ts";
import { KEPT_FREQUENCIES, type SnapshotFacts } from "./search-caches.ts";
import { toTermClause } from "./term-clause.ts";

/** Terms that are asked about in one search. */
export const MAX_ASKED = 512;

/** How common the terms of a query are in the whole snapshot, asked beforehand. */
export class TermCounts implements TermStatistics {
  readonly articles: number;
  readonly averageLength: number;
  readonly #frequencies: ReadonlyMap<string, number>;

  private constructor(
    { articles, averageLength }: { readonly articles: number; readonly averageLength: number },
    frequencies: ReadonlyMap<string, number>,
  ) {
    this.articles = articles;
    this.averageLength = averageLength;
    this.#frequencies = frequencies;
  }

  static async ask(texts: readonly string[], reads: SnapshotReads, facts: SnapshotFacts): Promise<TermCounts> {
    facts.size ??= askSize(reads);
    facts.size.catch(() => {
      facts.size = undefined;
    });
    const terms = [...new Map(texts.flatMap(distinctTermsOf).map((term) => [term.text, term])).values()];
    const unknown = terms.filter(({ text }) => !facts.frequencies.has(text)).slice(0, MAX_ASKED);
    if (unknown.length > 0) {
      const { aggregations } = await reads.search({
        size: 0,
        track_total_hits: false,
        aggs: { terms: { filters: { filters: unknown.map((term) => toTermClause(term)) } } },
      });
      const { buckets } = aggregations.terms as { readonly buckets: readonly { readonly doc_count: number }[] };
      for (const [index, { text }] of unknown.entries()) facts.frequencies.set(text, buckets[index]?.doc_count ?? 0);
    }
    const frequencies = new Map(terms.map(({ text }) => [text, facts.frequencies.get(text) ?? 0]));
    if (facts.frequencies.size > KEPT_FREQUENCIES) facts.frequencies.clear();
    return new TermCounts(await facts.size, frequencies);
  }

  find({ text, key }: Term): FoundTerm {
    const documentFrequency = this.#frequencies.get(text) ?? 0;
    return { text, key, documentFrequency, idf: idfOf(documentFrequency, this.articles) };
  }

  /** Articles that hold the rarest term of a text: no more than these can hold all of it. */
  rarestFrequency(folded: string): number {
    return Math.min(...distinctTermsOf(folded).map((term) => this.find(term).documentFrequency));
  }
}

async function askSize(reads: SnapshotReads): Promise<{ readonly articles: number; readonly averageLength: number }> {
  const { total, aggregations } = await reads.search({
    size: 0,
    track_total_hits: true,
    aggs: { length: { avg: { field: "length" } } },
  });
  const { value } = aggregations.length as { readonly value: number | null };
  return { articles: total, averageLength: Math.max(1, value ?? 1) };
}
