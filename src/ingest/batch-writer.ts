import type { Article } from "../archive/article.ts";
import type { ArchiveWriter, TakenPlace } from "../archive/writer.ts";
import { PacedSize } from "../collections/paced-size.ts";
import { AppError } from "../errors.ts";
import { ArticleNotes } from "./article-notes.ts";
import { addExample } from "./report.ts";

export interface BatchOptions {
  readonly writer: Pick<ArchiveWriter, "put" | "prepare">;
  readonly signal?: AbortSignal | undefined;
  /** A batch is full when it holds this many articles at most. Default 2,048. */
  readonly batchArticles?: number;
  /** A batch is also full when it holds this many characters. Default 4 Mi, 8 MB of memory. */
  readonly batchCharacters?: number;
  /** A clock. Default: that of the process. */
  readonly nowMs?: () => number;
}

/**
 * How long writing a batch should take. What is stored is never written again: with a slow encoder little is lost when an import
 * ends.
 */
const BATCH_MS = 5_000;
/** Articles of the first batch, before it is known how fast they are written. */
const FIRST_BATCH_ARTICLES = 128;
/** Articles of a batch, however slow. */
const MIN_BATCH_ARTICLES = 16;

/** Articles that are written together. */
interface Batch {
  /** Those whose id comes for the first time, or once more within this batch. */
  readonly first: Article[];
  /** Those whose id stands in an earlier batch: written apart, so that what the archive says of the others is true. */
  readonly again: Article[];
  readonly listById: Map<string, Article[]>;
  readonly notes: ArticleNotes;
  characters: number;
}

const emptyBatch = (): Batch => ({
  first: [],
  again: [],
  listById: new Map(),
  notes: new ArticleNotes(),
  characters: 0,
});

/**
 * Writes articles in batches, one while the next is filled, and counts what became of each: every article put is added, updated,
 * unchanged or repeated, and `stored` is their sum.
 */
export class BatchWriter {
  stored = 0;
  added = 0;
  updated = 0;
  unchanged = 0;
  repeated = 0;
  /** Of the repeated ones, those that differ from what was stored long before under their id. */
  differing = 0;
  takenPlaces = 0;
  readonly places: TakenPlace[] = [];
  /** What was noticed of the articles that are stored. */
  readonly notes = new ArticleNotes();
  failure: AppError | undefined;
  readonly #options: BatchOptions;
  readonly #onStored: () => void;
  readonly #nowMs: () => number;
  readonly #pace: PacedSize;
  #batch = emptyBatch();
  /** The batch being written; never rejects. */
  #writing: Promise<void> = Promise.resolve();

  /** `onStored` is called each time that a batch has become durable. */
  constructor(options: BatchOptions, onStored: () => void) {
    this.#options = options;
    this.#onStored = onStored;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#pace = new PacedSize({
      first: FIRST_BATCH_ARTICLES,
      least: Math.min(MIN_BATCH_ARTICLES, options.batchArticles ?? MIN_BATCH_ARTICLES),
      most: options.batchArticles ?? 2048,
      targetMs: BATCH_MS,
    });
  }

  get isFull(): boolean {
    const { batchCharacters = 4 * 1024 * 1024 } = this.#options;
    const { first, again, characters } = this.#batch;
    return first.length + again.length >= this.#pace.size || characters >= batchCharacters;
  }

  /** What is noticed of the articles that are to be written next. */
  get batchNotes(): ArticleNotes {
    return this.#batch.notes;
  }

  /** `isRepeated`: the id had come before. */
  add(article: Article, isRepeated: boolean): void {
    const batch = this.#batch;
    const list = batch.listById.get(article.id) ?? (isRepeated ? batch.again : batch.first);
    batch.listById.set(article.id, list);
    list.push(article);
    batch.characters += article.title.length + article.body.length;
  }

  /** Waits for the batch before, then begins to write this one. */
  async write(): Promise<void> {
    const batch = this.#batch;
    this.#batch = emptyBatch();
    this.#options.writer.prepare?.(batch.first);
    await this.#writing;
    if (this.failure === undefined && this.#options.signal?.aborted !== true) this.#writing = this.#put(batch);
  }

  /** Writes what is left, unless it is to be left, and waits for the end. */
  async finish(writesRest: boolean): Promise<void> {
    const { first, again } = this.#batch;
    if (writesRest && first.length + again.length > 0) await this.write();
    await this.#writing;
  }

  async #put({ first, again, notes }: Batch): Promise<void> {
    const startedMs = this.#nowMs();
    try {
      if (first.length > 0) {
        const { added, updated, unchanged, fromElsewhere = [], again } = await this.#options.writer.put(first);
        this.added += added;
        this.updated += updated - (again?.updated ?? 0);
        this.unchanged += unchanged - (again?.unchanged ?? 0);
        this.repeated += first.length - added - updated - unchanged + (again?.updated ?? 0) + (again?.unchanged ?? 0);
        this.differing += again?.updated ?? 0;
        this.stored += first.length;
        this.takenPlaces += fromElsewhere.length;
        for (const place of fromElsewhere) addExample(this.places, place);
      }
      if (again.length > 0) {
        await this.#options.writer.put(again);
        this.repeated += again.length;
        this.stored += again.length;
      }
      this.notes.addAll(notes);
      this.#pace.learn(first.length + again.length, this.#nowMs() - startedMs);
      this.#onStored();
    } catch (error) {
      this.failure = toAppError(error);
    }
  }
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("internal", error instanceof Error ? error.message : String(error), { cause: error });
}
