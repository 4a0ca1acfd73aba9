import type { Article } from "../../archive/article.ts";
import type { ArchiveWriter, CompactOptions, FinishReport, PutResult, RemoveOptions } from "../../archive/writer.ts";
import { SerialQueue } from "../../threads/serial-queue.ts";
import { type MergeResult, type MergeSegments, mergeSegments } from "../segment/merge-segments.ts";
import { createSegmentBuilder } from "../segment/segment-builder.ts";
import { toArchiveError } from "../store/archive-errors.ts";
import { appendToLog } from "../store/archive-log.ts";
import { nextKey } from "../store/database.ts";
import { eraseTexts } from "./erasing.ts";
import { Mending } from "./mending.ts";
import { pickForCompaction, pickTier } from "./merge-policy.ts";
import { commitMerge, type MergePlan, mergeOnce, mergeShown, planMerge } from "./merging.ts";
import { PreparedVectors } from "./prepared-vectors.ts";
import { encodeAhead, putArticles } from "./put-articles.ts";
import { rewriteTexts } from "./rewrite-texts.ts";
import { backfill } from "./rewriting.ts";
import { type SessionOptions, WriteSession } from "./write-session.ts";

export interface WriterOptions extends SessionOptions {
  /** Leaves merging after a write to {@link Writer.mergeBeside}. Default false. */
  readonly mergesBeside?: boolean;
  /** Batches that are announced are encoded at once ({@link ArchiveWriter.prepare}), and their segments built in a thread of their own. Default false. */
  readonly encodesAhead?: boolean | undefined;
}

/**
 * The only thing that changes an archive. A batch becomes durable in two steps: the segment file is written and flushed,
 * then one SQLite transaction names it together with its articles. A crash between the two leaves a file that nothing names,
 * which the next writer removes.
 */
export class Writer implements ArchiveWriter {
  readonly mergesBeside: boolean;
  readonly #session: WriteSession;
  readonly #encodesAhead: boolean;
  readonly #queue = new SerialQueue();
  readonly #prepared = new PreparedVectors();
  /** Articles put since it was opened. */
  #putCount = 0;
  /** Something was put since {@link finish}. */
  #isToSettle = false;

  private constructor(session: WriteSession, { mergesBeside = false, encodesAhead = false }: WriterOptions) {
    this.#session = session;
    this.mergesBeside = mergesBeside;
    this.#encodesAhead = encodesAhead;
  }

  /**
   * @throws AppError `archive-missing`, `archive-locked`, `archive-damaged`, `archive-version`, `io`.
   */
  static async open(options: WriterOptions): Promise<Writer> {
    const builder = options.encodesAhead === true ? createSegmentBuilder() : undefined;
    return new Writer(await WriteSession.open({ ...options, builder }), options);
  }

  /** The key of the article that is stored next. */
  get nextKey(): number {
    return nextKey(this.#session.database);
  }

  /** Where the encoder works elsewhere, it begins with the batch at once. */
  prepare(articles: readonly Article[]): void {
    if (this.#encodesAhead) this.#prepared.add(articles, encodeAhead(this.#session, articles));
  }

  /** @param firstKey from which on an article counts as put again */
  put(articles: readonly Article[], firstKey = Number.POSITIVE_INFINITY): Promise<PutResult> {
    const { activity } = this.#session;
    return this.#run(async () => {
      activity.show("import", this.#putCount);
      const vectors = await this.#prepared.take(articles);
      const result = await putArticles(this.#session, articles, { firstKey, vectors });
      if (!this.mergesBeside && result.added + result.updated > 0) await mergeOnce(this.#session, pickTier);
      this.#putCount += articles.length;
      this.#isToSettle ||= result.added + result.updated > 0;
      activity.show("import", this.#putCount);
      return result;
    });
  }

  /** Tells others how much of an import has been put, 0–1; only the caller knows its whole size. */
  knowShare(share: number): void {
    this.#session.activity.knowShare(share);
  }

  remove(ids: readonly string[], { by = "a program" }: RemoveOptions = {}): Promise<number> {
    const { folder, store, segments } = this.#session;
    return this.#run(async () => {
      const articles = [...new Set(ids)].flatMap((id) => {
        const version = store.versionOf(id);
        return version === undefined ? [] : [{ id, ...version }];
      });
      if (articles.length === 0) return 0;
      const dead = await segments.locate(articles);
      const entry = { by, ids: articles.map(({ id }) => id) };
      // Noted first: nothing is removed without a line.
      appendToLog(folder, { what: "remove", ...entry });
      try {
        this.#session.commit().remove(articles).markDead(dead).make();
      } catch (error) {
        appendToLog(folder, { what: "remove failed", ...entry });
        throw error;
      }
      this.#isToSettle = true;
      return articles.length;
    });
  }

  compact({ signal, rewrite = false }: CompactOptions = {}): Promise<void> {
    return this.#run(async () => {
      if (rewrite) await this.#session.showing("rewrite", (show) => rewriteTexts(this.#session, show, signal));
      const merge = (plan: MergePlan): Promise<MergeResult> =>
        mergeShown(this.#session, plan, mergeSegments, { signal });
      for (const policy of [pickTier, pickForCompaction]) while (await mergeOnce(this.#session, policy, merge));
      eraseTexts(this.#session);
    });
  }

  /**
   * Merges one full tier while writes go on; only its last step waits for them. Returns false when no tier
   * is full. Stopped or killed, it leaves the archive as it was. Not to be called again before it has ended.
   */
  async mergeBeside(merge: MergeSegments, signal: AbortSignal): Promise<boolean> {
    using plan = await this.#run(() => planMerge(this.#session, pickTier));
    if (plan === undefined) return false;
    const merged = await mergeShown(this.#session, plan, merge, { signal });
    await this.#run(async () => commitMerge(this.#session, plan, merged));
    return true;
  }

  /** Encodes articles that were stored while the encoder was away. Returns how many are still waiting. */
  backfill({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<number> {
    return this.#run(() => this.#session.showing("encode", (show) => backfill(this.#session, show, signal)));
  }

  async finish(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<FinishReport> {
    const withoutVector = await this.backfill(options);
    try {
      if (this.#isToSettle) await this.compact(options);
      this.#isToSettle = false;
      return { withoutVector, isComplete: options.signal?.aborted !== true };
    } catch (error) {
      if (options.signal?.aborted !== true) throw error;
      return { withoutVector, isComplete: false };
    }
  }

  /** For an archive that is damaged. */
  get mending(): Mending {
    return new Mending(this.#session, (write) => this.#run(write));
  }

  close(): Promise<void> {
    return this.#run(async () => {
      await this.#session.builder.close();
      this.#session[Symbol.dispose]();
    });
  }

  /** Runs writes one after the other, whoever asks. */
  async #run<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await this.#queue.run(write);
    } catch (error) {
      throw toArchiveError(this.#session.folder, error);
    }
  }
}
