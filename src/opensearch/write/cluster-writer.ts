import type { Activity } from "../../archive/archive.ts";
import type { Article } from "../../archive/article.ts";
import type { ArchiveWriter, FinishReport, PutResult } from "../../archive/writer.ts";
import type { Encoder } from "../../encoder/encoder.ts";
import { AppError } from "../../errors.ts";
import { embeddingText } from "../../search/embedding-text.ts";
import { SerialQueue } from "../../threads/serial-queue.ts";
import { toDocumentId } from "../index/names.ts";
import { checkUnchanged, type OpenIndex } from "../index/open-index.ts";
import { type NewDocument, toDocument } from "../index/to-document.ts";
import { type BulkItem, writeBulk } from "./bulk.ts";
import { compareBatch, findEarlier, readVersions } from "./put-documents.ts";
import { readLastKey, readWaiting } from "./read-waiting.ts";
import { WriteLock } from "./write-lock.ts";

/** What takes less is not told to others. */
const TOLD_AFTER_MS = 500;

/** Articles that waited for the encoder and get their vectors in one go. */
const WAITING_BATCH = 500;

/** The writer of an opened archive: one write after the other, each a state that readers see whole. */
export class ClusterWriter {
  readonly #index: OpenIndex;
  readonly #encoder: Encoder;
  readonly #lock: WriteLock;
  readonly #queue = new SerialQueue();
  #lastKey: number;
  #share: number | undefined;
  #activity: Activity | undefined;

  private constructor(index: OpenIndex, encoder: Encoder, { lock, lastKey }: { lock: WriteLock; lastKey: number }) {
    this.#index = index;
    this.#encoder = encoder;
    this.#lock = lock;
    this.#lastKey = lastKey;
  }

  /** @throws AppError `archive-locked`. */
  static async open(index: OpenIndex, encoder: Encoder): Promise<ClusterWriter> {
    const lock = await WriteLock.take(index.meta);
    try {
      await checkUnchanged(index);
      return new ClusterWriter(index, encoder, { lock, lastKey: await readLastKey(index) });
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** What is being written, as others are told of it. */
  get activity(): Activity | undefined {
    return this.#activity;
  }

  /** @param onClose called once, when nothing that was asked of the lent writer is left to do */
  lend(onClose: () => Promise<void>): ArchiveWriter {
    const keyBefore = this.#lastKey;
    let closing: Promise<void> | undefined;
    const run = async <T>(write: () => Promise<T>): Promise<T> => {
      if (closing !== undefined) throw new AppError("unavailable", "The writer has been closed; borrow another.");
      return this.#queue.run(write);
    };
    return {
      put: (articles) => run(() => this.#put(articles, keyBefore)),
      remove: (ids) => run(() => this.#remove(ids)),
      knowShare: (share) => {
        this.#share = share;
      },
      finish: (options) => run(() => this.#finish(options?.signal)),
      close: () => {
        closing ??= this.#queue.run(onClose);
        return closing;
      },
    };
  }

  async release(): Promise<void> {
    await this.#lock.release();
  }

  async #put(articles: readonly Article[], keyBefore: number): Promise<PutResult> {
    this.#lock.check();
    const { client, names } = this.#index;
    const stored = await readVersions(
      client,
      names.articles,
      articles.map(({ id }) => id),
    );
    const { changed, result } = compareBatch(articles, stored, keyBefore);
    if (changed.length === 0) return result;
    await this.#telling("import", async () => {
      const vectors = await this.#encode(changed);
      const replacing = changed.filter(({ id }) => stored.has(id));
      const earlier = await findEarlier(client, names.articles, replacing);
      await this.#write(
        changed.map((article, position) =>
          this.#toItem({
            article,
            key: ++this.#lastKey,
            vector: vectors?.[position],
            isWaiting: vectors === undefined,
            earlier: earlier.get(article.id) ?? [],
          }),
        ),
      );
    });
    return result;
  }

  async #remove(ids: readonly string[]): Promise<number> {
    this.#lock.check();
    const { client, names } = this.#index;
    const stored = await readVersions(client, names.articles, ids);
    const items = [...stored.keys()].map((id): BulkItem => ({ id: toDocumentId(id), version: ++this.#lastKey }));
    if (items.length > 0) await this.#write(items);
    return items.length;
  }

  async #finish(signal: AbortSignal | undefined): Promise<FinishReport> {
    for (;;) {
      const { waiting, count } = await readWaiting(this.#index, WAITING_BATCH);
      if (count === 0) return { withoutVector: 0, isComplete: signal?.aborted !== true };
      if (signal?.aborted === true) return { withoutVector: count, isComplete: false };
      const isOver = await this.#telling("encode", async () => {
        const vectors = await this.#encode(waiting.map(({ article }) => article));
        if (vectors === undefined) return true;
        await this.#write(
          waiting.map(({ article, key, earlier = [] }, position) =>
            this.#toItem({ article, key, vector: vectors[position], isWaiting: false, earlier }),
          ),
        );
        return false;
      });
      if (isOver) return { withoutVector: count, isComplete: true };
    }
  }

  #toItem(added: NewDocument): BulkItem {
    const json = JSON.stringify(toDocument(added, this.#index.info.timezone));
    return { id: toDocumentId(added.article.id), version: added.key, json };
  }

  async #write(items: readonly BulkItem[]): Promise<void> {
    this.#lock.check();
    const { client, names, copies, commits } = this.#index;
    await writeBulk(items, { client, index: names.articles, copies });
    await commits.commit();
  }

  /** Undefined when the encoder is away, or is another than the one that made the archive's vectors. */
  async #encode(articles: readonly Article[]): Promise<readonly (Float32Array | undefined)[] | undefined> {
    if (this.#encoder.fingerprint !== this.#index.info.encoderFingerprint) return undefined;
    try {
      return await this.#encoder.encode(articles.map(embeddingText), { role: "document" });
    } catch (error) {
      if (error instanceof AppError && ["encoder-unavailable", "encoder-mismatch"].includes(error.code))
        return undefined;
      throw error;
    }
  }

  /** Lets others see what is being done, where it takes long. */
  async #telling<T>(what: Activity["what"], work: () => Promise<T>): Promise<T> {
    const share = this.#share === undefined ? {} : { share: this.#share };
    const activity: Activity = { what, startedAtMs: Date.now(), done: 0, ...share };
    let isTold = false;
    const timer = setTimeout(() => {
      isTold = true;
      this.#activity = activity;
      void this.#lock.show(activity);
    }, TOLD_AFTER_MS);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      this.#activity = undefined;
      if (isTold) await this.#lock.show(undefined);
    }
  }
}
