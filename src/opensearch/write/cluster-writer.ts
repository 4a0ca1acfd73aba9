import type { Activity } from "../../archive/archive.ts";
import type { Article } from "../../archive/article.ts";
import type { ArchiveWriter, FinishReport, PutResult } from "../../archive/writer.ts";
import type { Encoder } from "../../encoder/encoder.ts";
import { AppError } from "../../errors.ts";
import { embeddingText } from "../../search/embedding-text.ts";
import { SerialQueue } from "../../threads/serial-queue.ts";
import { checkUnchanged } from "../index/behind-alias.ts";
import { toDocumentId } from "../index/names.ts";
import type { OpenIndex } from "../index/open-index.ts";
import { type NewDocument, toDocument } from "../index/to-document.ts";
import { KeyRanges } from "./key-ranges.ts";
import { indexFor, type PlacedItem, placeDocuments } from "./place-documents.ts";
import { type ComparedBatch, compareBatch, findEarlier, readVersions, type StoredVersion } from "./put-documents.ts";
import { readLastKey, readWaiting } from "./read-waiting.ts";
import { removeDoubles } from "./remove-doubles.ts";
import { WriteTurns } from "./write-turns.ts";

/** What takes less is not told to others. */
const TOLD_AFTER_MS = 500;

/** Articles that waited for the encoder and get their vectors in one go. */
const WAITING_BATCH = 500;

type Vectors = readonly (Float32Array | undefined)[];

/** Of articles that were encoded before their turn; undefined where one says nothing. */
type EarlyVectors = ReadonlyMap<Article, Float32Array | undefined>;

/** The writer of an opened archive: one write after the other, each a state that readers see whole. */
export class ClusterWriter {
  readonly #index: OpenIndex;
  readonly #encoder: Encoder;
  readonly #queue = new SerialQueue();
  readonly #turns: WriteTurns;
  #lastKey = 0;
  /** Whether a batch came to no end, so that some of it is written and not yet seen. */
  #isHalfWritten = false;
  #share: number | undefined;
  #activity: Activity | undefined;

  private constructor(index: OpenIndex, encoder: Encoder) {
    this.#index = index;
    this.#encoder = encoder;
    this.#turns = new WriteTurns({
      meta: index.meta,
      onTake: async () => {
        await checkUnchanged(index);
        await this.#catchUp();
      },
    });
  }

  /** @throws AppError `archive-locked`. */
  static async open(index: OpenIndex, encoder: Encoder): Promise<ClusterWriter> {
    const writer = new ClusterWriter(index, encoder);
    await writer.#turns.take();
    return writer;
  }

  /** What is being written, as others are told of it. */
  get activity(): Activity | undefined {
    return this.#activity;
  }

  /** @param onClose called once, when nothing that was asked of the lent writer is left to do */
  lend(onClose: () => Promise<void>): ArchiveWriter {
    const own = new KeyRanges();
    let closing: Promise<void> | undefined;
    const run = async <T>(write: () => Promise<T>): Promise<T> => {
      if (closing !== undefined) throw new AppError("unavailable", "The writer has been closed; borrow another.");
      return this.#queue.run(write);
    };
    return {
      put: (articles) => run(() => this.#put(articles, own)),
      remove: (ids) => run(() => this.#inTurn(() => this.#remove(ids))),
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
    await this.#turns.release();
  }

  async #put(articles: readonly Article[], own: KeyRanges): Promise<PutResult> {
    // Between two turns others write meanwhile.
    const early = this.#turns.isHeld ? undefined : await this.#encodeEarly(articles, own);
    return this.#inTurn(async () => {
      const { stored, changed, result } = await this.#compare(articles, own);
      if (changed.length === 0) return result;
      await this.#telling("import", async () => {
        const vectors = await this.#encodeRest(changed, early);
        const replacing = changed.filter(({ id }) => stored.has(id));
        const earlier = await findEarlier(this.#index, replacing, stored);
        const first = this.#lastKey + 1;
        this.#lastKey += changed.length;
        own.add(first, this.#lastKey);
        await this.#write(
          changed.map((article, position) =>
            this.#toItem(
              {
                article,
                key: first + position,
                vector: vectors?.[position],
                isWaiting: vectors === undefined,
                earlier: earlier.get(article.id) ?? [],
              },
              stored.get(article.id)?.indices,
            ),
          ),
        );
      });
      return result;
    });
  }

  async #compare(
    articles: readonly Article[],
    own: KeyRanges,
  ): Promise<ComparedBatch & { readonly stored: ReadonlyMap<string, StoredVersion> }> {
    const ids = articles.map(({ id }) => id);
    const stored = await readVersions(this.#index, ids);
    return { stored, ...compareBatch(articles, stored, (key) => own.has(key)) };
  }

  /** Vectors of what is new or changed, as far as it is known now. */
  async #encodeEarly(articles: readonly Article[], own: KeyRanges): Promise<EarlyVectors | undefined> {
    const { changed } = await this.#compare(articles, own);
    const vectors = changed.length === 0 ? undefined : await this.#encode(changed);
    return vectors && new Map(changed.map((article, position) => [article, vectors[position]]));
  }

  /** Vectors of articles, of which some have been encoded; undefined as of {@link ClusterWriter.#encode}. */
  async #encodeRest(articles: readonly Article[], early: EarlyVectors = new Map()): Promise<Vectors | undefined> {
    const rest = articles.filter((article) => !early.has(article));
    const vectors = rest.length === 0 ? [] : await this.#encode(rest);
    if (vectors === undefined) return undefined;
    const all = new Map([...early, ...rest.map((article, position) => [article, vectors[position]] as const)]);
    return articles.map((article) => all.get(article));
  }

  async #remove(ids: readonly string[]): Promise<number> {
    const stored = await readVersions(this.#index, ids);
    const items = [...stored].map(
      ([
        id,
        {
          indices: [index, ...leaves],
        },
      ]): PlacedItem => {
        return { id: toDocumentId(id), version: ++this.#lastKey, index, leaves };
      },
    );
    if (items.length > 0) await this.#write(items);
    return items.length;
  }

  async #finish(signal: AbortSignal | undefined): Promise<FinishReport> {
    for (;;) {
      const report = await this.#inTurn(() => this.#finishSome(signal));
      if (report !== undefined) return report;
    }
  }

  /** Gives some that wait for the encoder their vectors; undefined where more may wait. */
  async #finishSome(signal: AbortSignal | undefined): Promise<FinishReport | undefined> {
    const { waiting, count } = await readWaiting(this.#index, WAITING_BATCH);
    if (count === 0) return { withoutVector: 0, isComplete: signal?.aborted !== true };
    if (signal?.aborted === true) return { withoutVector: count, isComplete: false };
    return this.#telling("encode", async () => {
      const vectors = await this.#encode(waiting.map(({ article }) => article));
      if (vectors === undefined) return { withoutVector: count, isComplete: true };
      await this.#write(
        waiting.map(({ article, key, earlier = [] }, position) =>
          this.#toItem({ article, key, vector: vectors[position], isWaiting: false, earlier }),
        ),
      );
      return undefined;
    });
  }

  /** @param before where it is stored now */
  #toItem(added: NewDocument, before: readonly string[] = []): PlacedItem {
    const json = JSON.stringify(toDocument(added, this.#index.info.timezone));
    const index = indexFor(this.#index, added.article.publishedAtMs);
    const leaves = before.filter((name) => name !== index);
    return { id: toDocumentId(added.article.id), version: added.key, index, json, leaves };
  }

  async #write(items: readonly PlacedItem[]): Promise<void> {
    this.#turns.check();
    this.#isHalfWritten = true;
    await placeDocuments(items, this.#index);
    await this.#index.commits.commit(this.#lastKey);
    this.#isHalfWritten = false;
  }

  /** Writes in turn, after what a batch before it has left half done was mended. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    return this.#turns.run(async () => {
      if (this.#isHalfWritten) await this.#catchUp();
      return write();
    });
  }

  async #catchUp(): Promise<void> {
    const index = this.#index;
    const last = await index.commits.catchUp(
      () => readLastKey(index),
      (afterKey) => removeDoubles(index, afterKey),
    );
    // One that was given and not acknowledged may yet be written.
    this.#lastKey = Math.max(this.#lastKey, last);
    this.#isHalfWritten = false;
  }

  /** Undefined when the encoder is away, or is another than the one that made the archive's vectors. */
  async #encode(articles: readonly Article[]): Promise<Vectors | undefined> {
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
      void this.#turns.show(activity);
    }, TOLD_AFTER_MS);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      this.#activity = undefined;
      if (isTold) await this.#turns.show(undefined);
    }
  }
}
