import type { PairTable } from "../../collections/pair-table.ts";
import { countTerms, type TermCounts } from "../../search/term-counts.ts";
import { ALONE } from "../../threads/sharing/work-sharer.ts";
import type { Snapshot, StoredArticle } from "../read/snapshot.ts";
import type { SearchSharing } from "./parts/do-parts.ts";
import { type CountedArticles, partOf, partsOfTexts, type ReadArticles, toCountTask } from "./parts/text-part.ts";
import type { RowSpace } from "./row-space.ts";

/** Units of a body up to which an article is kept: 200 of them are 8 MB, and a book among the news is read again. */
const MAX_KEPT_UNITS = 20_000;

/** What reading one takes, in ms. */
const READ_MS = 0.025;
/** And what counting the terms of one takes with it. */
const COUNT_MS = 0.06;

/** Reads the articles of a snapshot by place during one search, each once unless it is very long. */
export class ArticleReads {
  readonly #snapshot: Snapshot;
  readonly #space: RowSpace;
  readonly #sharing: SearchSharing;
  readonly #known = new Map<number, StoredArticle | undefined>();

  constructor({ snapshot, space, sharing = ALONE }: ArticleReadsContext) {
    this.#snapshot = snapshot;
    this.#space = space;
    this.#sharing = sharing;
  }

  at(place: number): StoredArticle | undefined {
    if (this.#known.has(place)) return this.#known.get(place);
    const [article] = this.#snapshot.articles([this.#space.articleKey(place)]);
    this.#keep(place, article);
    return article;
  }

  /** Reads what is not known yet of some articles that will be asked for. */
  readAhead(places: readonly number[]): void {
    const unknown = places.filter((place) => !this.#known.has(place));
    const keys = unknown.map((place) => this.#space.articleKey(place));
    let read = 0;
    this.#sharing.share<ReadArticles, ReadArticles>({
      count: partsOfTexts(keys),
      costMs: keys.length * READ_MS,
      describe: () => ({ kind: "read", keys }),
      doPart: (index) => this.#snapshot.articles(partOf(keys, index)),
      receive: (articles) => articles,
      take: (articles) => {
        for (const article of articles) this.#keep(unknown[read++] as number, article);
      },
    });
  }

  /** Counts terms in articles, and reads what is not known yet of them. */
  countTerms(places: readonly number[], terms: PairTable): TermCounts {
    const keys = places.map((place) => this.#space.articleKey(place));
    const counts = new Uint16Array(places.length * terms.size);
    const lengths: number[] = [];
    this.#sharing.share<CountedArticles, CountedArticles>({
      count: partsOfTexts(keys),
      costMs: keys.length * COUNT_MS,
      describe: () => toCountTask(keys, terms),
      doPart: (index) => {
        const articles = partOf(places, index).map((place) => this.at(place));
        return { articles, ...countTerms(articles, terms) };
      },
      receive: (counted) => counted,
      take: (counted) => {
        counts.set(counted.counts, lengths.length * terms.size);
        for (const [at, article] of counted.articles.entries()) {
          this.#keep(places[lengths.length] as number, article);
          lengths.push(counted.lengths[at] as number);
        }
      },
    });
    return { counts, lengths };
  }

  #keep(place: number, article: StoredArticle | undefined): void {
    if (article === undefined || article.body.length <= MAX_KEPT_UNITS) this.#known.set(place, article);
  }
}

export interface ArticleReadsContext {
  readonly snapshot: Snapshot;
  readonly space: RowSpace;
  /** Default: this thread reads all of them. */
  readonly sharing?: SearchSharing;
}
