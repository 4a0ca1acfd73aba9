import { type FoundTerm, idfOf, type Term, type TermStatistics } from "../../search/matching/words.ts";

/** How common the terms of searches were when they were compiled: kept, so that the archive's state of that moment need not be. */
export class KnownTerms implements TermStatistics {
  readonly #known = new Map<string, FoundTerm>();
  readonly #articles: number;
  #ask: TermStatistics | undefined;

  constructor(articles: number) {
    this.#articles = articles;
  }

  find(term: Term): FoundTerm {
    const known = this.#known.get(term.text);
    if (known !== undefined) return known;
    if (this.#ask === undefined) return { ...term, documentFrequency: 0, idf: idfOf(0, this.#articles) };
    const found = this.#ask.find(term);
    this.#known.set(term.text, found);
    return found;
  }

  /** Whom to ask of what is not known yet; undefined: nobody, and what is not known stands in no article. */
  askFrom(statistics: TermStatistics | undefined): void {
    this.#ask = statistics;
  }
}
