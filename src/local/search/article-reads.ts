import type { Snapshot, StoredArticle } from "../read/snapshot.ts";
import type { RowSpace } from "./row-space.ts";

/** Units of a body up to which an article is kept: 200 of them are 8 MB, and a book among the news is read again. */
const MAX_KEPT_UNITS = 20_000;

/** Reads the articles of a snapshot by place during one search, each once unless it is very long. */
export class ArticleReads {
  readonly #snapshot: Snapshot;
  readonly #space: RowSpace;
  readonly #known = new Map<number, StoredArticle | undefined>();

  constructor(snapshot: Snapshot, space: RowSpace) {
    this.#snapshot = snapshot;
    this.#space = space;
  }

  at(place: number): StoredArticle | undefined {
    if (this.#known.has(place)) return this.#known.get(place);
    const [article] = this.#snapshot.articles([this.#space.articleKey(place)]);
    if (article === undefined || article.body.length <= MAX_KEPT_UNITS) this.#known.set(place, article);
    return article;
  }
}
