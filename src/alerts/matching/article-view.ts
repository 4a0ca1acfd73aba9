import type { Article } from "../../archive/article.ts";
import { fold, foldText } from "../../text/fold.ts";
import { scanTerms } from "../../text/terms.ts";

/** A new article, as searches are held against it: folded once for all of them. */
export class ArticleView {
  readonly article: Article;
  /** Pairs of neighbouring Chinese characters, the characters themselves, words of other scripts and their parts. */
  readonly terms: ReadonlySet<string>;
  readonly source: string;
  readonly category: string;
  /** Negative infinity where none is known, as an index has it. */
  readonly publishedAtMs: number;
  readonly #folded: readonly [title: string, body: string];

  constructor(article: Article) {
    this.article = article;
    this.source = fold(article.source ?? "");
    this.category = fold(article.category ?? "");
    this.publishedAtMs = article.publishedAtMs ?? Number.NEGATIVE_INFINITY;
    this.#folded = [foldText(article.title), foldText(article.body)];
    const terms = new Set<string>();
    for (const text of this.#folded) collectTerms(text, terms);
    this.terms = terms;
  }

  /** Whether the title, or title or body, is such a text: as it stands or folded. */
  holds(test: (text: string) => boolean, { inTitle }: { readonly inTitle: boolean }): boolean {
    const { title, body } = this.article;
    if (test(title) || test(this.#folded[0])) return true;
    return !inTitle && (test(body) || test(this.#folded[1]));
  }
}

function collectTerms(folded: string, terms: Set<string>): void {
  scanTerms(folded, (high, _low, start, end) => {
    terms.add(folded.slice(start, end));
    // A word of one character is found in every pair that begins with it.
    if (high === 0) terms.add(folded.charAt(start));
  });
}
