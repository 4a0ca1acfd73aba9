import type { Activity } from "../../src/archive/archive.ts";
import type { Article } from "../../src/archive/article.ts";
import type { ArchiveWriter, FinishReport, PutResult, TakenPlace } from "../../src/archive/writer.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { AppError } from "../../src/errors.ts";
import { readsTheSame } from "../../src/text/same-reading.ts";
import type { PlainArticle, PlainStore } from "./plain-store.ts";

/** The writer of a plain store: one write after the other, each a commit. */
export class PlainWriter {
  readonly #store: PlainStore;
  readonly #encoder: Encoder;
  #queue: Promise<unknown> = Promise.resolve();
  #share: number | undefined;
  activity: Activity | undefined;

  constructor(store: PlainStore, encoder: Encoder) {
    this.#store = store;
    this.#encoder = encoder;
  }

  /** @param onClose called once, when nothing that was asked of the lent writer is left to do */
  lend(onClose: () => void): ArchiveWriter {
    let closing: Promise<void> | undefined;
    const { lastKey } = this.#store;
    const run = async <T>(write: () => Promise<T>): Promise<T> => {
      if (closing !== undefined) throw new AppError("unavailable", "The writer has been closed.");
      return this.#inTurn(write);
    };
    return {
      put: (articles) => run(() => this.#put(articles, lastKey)),
      remove: (ids) => run(async () => this.#remove(ids)),
      knowShare: (share) => {
        this.#share = share;
      },
      finish: (options) => run(() => this.#finish(options?.signal)),
      close: () => {
        closing ??= this.#inTurn(async () => onClose());
        return closing;
      },
    };
  }

  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(write);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #put(articles: readonly Article[], keyBefore: number): Promise<PutResult> {
    const known = this.#store.newest.articles;
    const newest = [...new Map(articles.map((article) => [article.id, article])).values()];
    const changed = newest.filter((article) => toText(known.get(article.id)?.article) !== toText(article));
    const updated = changed.filter(({ id }) => known.has(id)).length;
    const countAgain = (some: readonly Article[]): number =>
      some.filter(({ id }) => (known.get(id)?.key ?? 0) > keyBefore).length;
    const againUpdated = countAgain(changed);
    const again = { updated: againUpdated, unchanged: countAgain(newest) - againUpdated };
    const fromElsewhere = changed.flatMap((article) => findTakenPlace(known.get(article.id)?.article, article));
    const result: PutResult = {
      added: changed.length - updated,
      updated,
      unchanged: newest.length - changed.length,
      ...(fromElsewhere.length > 0 && { fromElsewhere }),
      ...(again.updated + again.unchanged > 0 && { again }),
    };
    if (changed.length === 0) return result;
    const share = this.#share === undefined ? {} : { share: this.#share };
    this.activity = { what: "import", startedAtMs: Date.now(), done: 0, ...share };
    try {
      const vectors = await this.#encode(changed);
      this.#store.commit((stored) => {
        for (const [index, article] of changed.entries()) {
          const key = this.#store.takeKey();
          const earlier = toEarlier(stored.get(article.id), article);
          stored.set(article.id, { article, vector: vectors?.[index], isWaiting: vectors === undefined, key, earlier });
        }
      });
    } finally {
      this.activity = undefined;
    }
    return result;
  }

  #remove(ids: readonly string[]): number {
    const there = [...new Set(ids)].filter((id) => this.#store.newest.articles.has(id));
    if (there.length > 0) this.#store.commit((stored) => there.forEach((id) => void stored.delete(id)));
    return there.length;
  }

  async #finish(signal: AbortSignal | undefined): Promise<FinishReport> {
    const waiting = [...this.#store.newest.articles.values()].filter(({ isWaiting }) => isWaiting);
    const isStopped = signal?.aborted === true;
    if (waiting.length === 0 || isStopped) return { withoutVector: waiting.length, isComplete: !isStopped };
    const vectors = await this.#encode(waiting.map(({ article }) => article));
    if (vectors === undefined) return { withoutVector: waiting.length, isComplete: true };
    const encoded = waiting.map((old, index): PlainArticle => ({ ...old, vector: vectors[index], isWaiting: false }));
    this.#store.commit((stored) => encoded.forEach((article) => void stored.set(article.article.id, article)));
    return { withoutVector: 0, isComplete: true };
  }

  /** Undefined when the encoder is away. */
  async #encode(articles: readonly Article[]): Promise<readonly (Float32Array | undefined)[] | undefined> {
    const texts = articles.map(({ title, body }) => `${title}\n${body}`);
    try {
      return await this.#encoder.encode(texts, { role: "document" });
    } catch (error) {
      if (error instanceof AppError && error.code === "encoder-unavailable") return undefined;
      throw error;
    }
  }
}

/** Whether an article took the place of one of another source, or of another address. */
function findTakenPlace(old: Article | undefined, article: Article): TakenPlace[] {
  for (const field of ["source", "url"] as const) {
    const [before, now] = [old?.[field], article[field]];
    if (before !== undefined && now !== undefined && before !== now) return [{ id: article.id, before, now }];
  }
  return [];
}

/** The editions before an article: those of the one whose place it takes, and that one where it reads otherwise. */
function toEarlier(old: PlainArticle | undefined, { title, body }: Article): PlainArticle["earlier"] {
  if (old === undefined) return [];
  const { article, earlier = [] } = old;
  const isTheSame = readsTheSame(article.title, title) && readsTheSame(article.body, body);
  return isTheSame ? earlier : [...earlier, { article, replacedMs: Date.now() }];
}

/** Equal for articles of the same content. */
function toText(article: Article | undefined): string | undefined {
  if (article === undefined) return undefined;
  const { id, title, body, url, source, category, publishedAtMs } = article;
  return JSON.stringify([id, title, body, url, source, category, publishedAtMs]);
}
