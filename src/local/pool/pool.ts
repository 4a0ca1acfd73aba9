import type { ReadOptions, SearchLoad } from "../../archive/archive.ts";
import type { EncodedQuery } from "../../archive/encoded-query.ts";
import type { SearchRequest, SimilarOptions } from "../../archive/request.ts";
import type { SearchFindings } from "../../archive/result.ts";
import { AppError } from "../../errors.ts";
import type { SearchedArchive } from "../../search/search.ts";
import { FairClients } from "../../threads/fair-clients.ts";
import { fromPostedError } from "../../threads/posted-error.ts";
import { Companions } from "./companions.ts";
import { ARTICLE_LANE, BULK_LANES, type PoolJob, type PoolSnapshot, placeOf } from "./job.ts";
import type { Finished, SearchTask } from "./messages.ts";
import { toCrash, toFull } from "./refusals.ts";
import { idleSince, type SearchThread, Slot, type StartSearchThread } from "./slot.ts";

export interface SearchPoolOptions {
  /** Description of the archive that is searched. */
  readonly info: SearchedArchive["info"];
  readonly startThread: StartSearchThread;
  readonly threads: number;
  /** Tasks that may wait for a thread; more are refused. */
  readonly maxWaiting: number;
  /** The newest snapshot of the archive, or the one of this name. */
  readonly borrowSnapshot: (name?: string) => Promise<PoolSnapshot>;
  /** Asked before a task is accepted, with how many are held; throws to refuse it. */
  readonly admit?: ((held: number) => void) | undefined;
  /** Asked before tasks begin: how many of at most `most` may run at the same time. One always may. Default: all. */
  readonly atOnce?: ((most: number) => number) | undefined;
  /** How long a task that was called off may go on in its thread before the thread is ended. Default {@link STOP_AFTER_MS}. */
  readonly stopAfterMs?: number | undefined;
  /** How long a thread, all but one, may have nothing to do before it ends. Default {@link REST_AFTER_MS}. */
  readonly restAfterMs?: number | undefined;
  /** Whether a thread that has nothing to do helps with the search of another. Default: false. */
  readonly sharesSearches?: boolean | undefined;
  /** Told of a thread that ended by itself. */
  readonly onCrash?: ((error: Error) => void) | undefined;
}

/** Default of {@link SearchPoolOptions.stopAfterMs}: far longer than most searches take. */
const STOP_AFTER_MS = 500;
/** Default of {@link SearchPoolOptions.restAfterMs}. A thread takes some 20 MB. */
const REST_AFTER_MS = 60_000;
/** What each thread is to have to do of a search, so that it is worth keeping for the next. */
const HELPER_FROM_MS = 5;

/**
 * Searches in threads of its own, so that the one that serves requests never waits for a search. Tasks wait by who asked; each
 * sees the snapshot of the archive that was newest when it came, and holds it until a thread has finished with it. The first thread is started
 * for the first task, others when tasks wait, or could help; these end when they have had nothing to do for a while. A thread that ends takes only its own task along,
 * and another takes its place.
 */
export class SearchPool implements SearchedArchive, AsyncDisposable {
  readonly info: SearchedArchive["info"];
  readonly #options: SearchPoolOptions;
  readonly #slots: readonly Slot[];
  readonly #waiting = new FairClients<PoolJob>({ quickLanes: [ARTICLE_LANE], bulkLanes: BULK_LANES });
  readonly #companions: Companions | undefined;
  readonly #ended = new Set<Promise<void>>();
  readonly #idle = Promise.withResolvers<void>();
  /** Name of the newest snapshot that was borrowed. */
  #newest = "";
  /** Tasks that may run at the same time, as it was when the last one came. */
  #most: number;
  /** Tasks accepted and not yet finished. */
  #held = 0;
  #msPerTask = 0;
  #isClosing = false;
  /** Ends threads that have had nothing to do for long. */
  readonly #resting: NodeJS.Timeout;

  constructor(options: SearchPoolOptions) {
    this.info = options.info;
    this.#options = options;
    this.#slots = Array.from({ length: options.threads }, () => new Slot());
    this.#most = options.threads;
    if (options.sharesSearches === true && options.threads > 1) this.#companions = new Companions(this.#slots);
    const restAfterMs = options.restAfterMs ?? REST_AFTER_MS;
    this.#resting = setInterval(() => {
      for (const slot of idleSince(this.#slots, performance.now() - restAfterMs)) slot.retire();
    }, restAfterMs / 2);
    this.#resting.unref();
  }

  get status(): SearchLoad {
    const running = this.#slots.filter(({ job }) => job !== undefined).length;
    return { threads: this.#slots.length, running, waiting: this.#waiting.size };
  }

  /**
   * @throws AppError `unavailable` when too many wait or the pool closes, and what the search throws.
   */
  search(request: SearchRequest, encoded: EncodedQuery, options?: ReadOptions): Promise<SearchFindings> {
    return this.#run({ kind: "search", request, encoded }, options) as Promise<SearchFindings>;
  }

  article(id: string, options?: ReadOptions): ReturnType<SearchedArchive["article"]> {
    return this.#run({ kind: "article", id }, options) as ReturnType<SearchedArchive["article"]>;
  }

  similar(id: string, options: SimilarOptions & ReadOptions): ReturnType<SearchedArchive["similar"]> {
    const { signal, client, ...posted } = options;
    return this.#run({ kind: "similar", id, options: posted }, { signal, client }) as ReturnType<
      SearchedArchive["similar"]
    >;
  }

  compare(id: string, encoded: EncodedQuery, options?: ReadOptions): ReturnType<SearchedArchive["compare"]> {
    return this.#run({ kind: "compare", id, encoded }, options) as ReturnType<SearchedArchive["compare"]>;
  }

  /** Lets the threads give back what only makes the next search faster. */
  trim(): void {
    for (const { thread } of this.#slots) thread?.post({ kind: "trim" });
  }

  /** Lets the threads collect their garbage. */
  collect(): void {
    for (const { thread } of this.#slots) thread?.post({ kind: "collect" });
  }

  /** Replaces every thread by a fresh one when it has finished what it does; its heap goes with it. */
  renew(): void {
    for (const slot of this.#slots) {
      slot.isStale = slot.thread !== undefined;
      if (slot.job === undefined) slot.retire();
    }
  }

  /** Accepts nothing more, finishes what was accepted, then ends the threads. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    if (this.#held > 0) await this.#idle.promise;
    clearInterval(this.#resting);
    for (const slot of this.#slots) slot.retire();
    await Promise.all(this.#ended);
  }

  async #run(task: SearchTask, options: ReadOptions = {}): Promise<unknown> {
    this.#options.admit?.(this.#held);
    this.#checkRoom(options.client ?? "");
    this.#held++;
    const named = task.kind === "search" ? task.request.snapshot : undefined;
    let snapshot: PoolSnapshot;
    try {
      snapshot = await this.#options.borrowSnapshot(named);
    } catch (error) {
      this.#release();
      throw error;
    }
    if (named === undefined) this.#noticeSnapshot(snapshot.data.name);
    return this.#enqueue(task, snapshot, options);
  }

  /** Where no more may wait, the client that has most waiting makes room for one that has less. */
  #checkRoom(client: string): void {
    if (this.#isClosing) throw new AppError("unavailable", "The server is going down; try again.", { retryAfterS: 1 });
    const { threads, maxWaiting } = this.#options;
    if (this.#held < threads + maxWaiting) return;
    const dropped = this.#waiting.makeRoomFor(client);
    if (dropped === undefined) throw this.#toFull();
    dropped.reject(this.#toFull());
    this.#release(dropped.snapshot);
  }

  #toFull(): AppError {
    const { threads, maxWaiting } = this.#options;
    return toFull(maxWaiting, (this.#held * this.#msPerTask) / threads);
  }

  #enqueue(task: SearchTask, snapshot: PoolSnapshot, { signal, client = "" }: ReadOptions): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const job: PoolJob = { task, client, snapshot, resolve, reject };
    const leave = (): void => {
      reject(signal?.reason);
      if (this.#waiting.remove(job, placeOf(job))) this.#release(snapshot);
      else this.#callOff(job);
    };
    this.#waiting.push(job, placeOf(job));
    if (signal?.aborted === true) leave();
    else signal?.addEventListener("abort", leave, { once: true });
    this.#pump();
    return promise.finally(() => signal?.removeEventListener("abort", leave));
  }

  /** A task that has begun may come to its end soon; otherwise its thread is ended with it, since nothing else stops what it does. */
  #callOff(job: PoolJob): void {
    const timer = setTimeout(() => {
      this.#slots.find((one) => one.job === job)?.stop();
    }, this.#options.stopAfterMs ?? STOP_AFTER_MS);
    timer.unref();
  }

  #pump(): void {
    this.#handOut();
    this.#companions?.tellWhoIsFree(this.#most);
  }

  #handOut(): void {
    if (this.#waiting.size === 0) return;
    const running = this.#slots.filter(({ job }) => job !== undefined).length;
    this.#most = Math.max(1, this.#options.atOnce?.(this.#slots.length) ?? this.#slots.length);
    for (const slot of this.#freeSlots(Math.max(0, this.#most - running))) {
      // Of several threads one is kept for those whose tasks are short: of the others each may be taken by a long one.
      const long = this.#slots.filter(({ job, isLight }) => job !== undefined && !isLight).length;
      const job = this.#waiting.take({ isLightOnly: long > 0 && long >= this.#slots.length - 1 });
      if (job === undefined) return;
      slot.isLight = this.#waiting.isLight(placeOf(job));
      slot.begin(job, slot.thread ?? this.#startThread(slot));
      this.#companions?.learn(job.snapshot);
    }
  }

  /** At most so many that tasks may go to, beginning with the first. While one thread is ready, no task waits for another to start. */
  #freeSlots(most: number): readonly Slot[] {
    const free = this.#slots.filter(({ job, isEnding }) => job === undefined && !isEnding);
    if (!this.#slots.some(({ isReady, isEnding }) => isReady && !isEnding)) return free.slice(0, most);
    const ready = free.filter(({ isReady }) => isReady);
    const asleep = free.find(({ thread }) => thread === undefined);
    if (ready.length < Math.min(most, this.#waiting.size) && asleep !== undefined) this.#startThread(asleep);
    return ready.slice(0, most);
  }

  #startThread(slot: Slot): SearchThread {
    const end = Promise.withResolvers<void>();
    this.#ended.add(end.promise);
    const thread = this.#options.startThread({
      onMessage: (message) => (message.kind === "ready" ? this.#join(slot) : this.#finish(slot, message)),
      onEnd: (error) => {
        end.resolve();
        this.#ended.delete(end.promise);
        if (slot.thread === thread) this.#loseThread(slot, error);
      },
    });
    slot.thread = thread;
    return thread;
  }

  #join(slot: Slot): void {
    slot.isReady = true;
    slot.startedAt = performance.now();
    this.#companions?.introduce(slot);
    this.#pump();
  }

  #finish(slot: Slot, answer: Finished): void {
    const { job } = slot;
    if (job === undefined) return;
    const elapsedMs = performance.now() - slot.startedAt;
    this.#msPerTask += (elapsedMs - this.#msPerTask) * 0.1;
    this.#waiting.charge(placeOf(job), answer.cpuMs ?? elapsedMs);
    slot.job = undefined;
    if (answer.kind === "done") job.resolve(answer.value);
    else job.reject(fromPostedError(answer.error));
    if (slot.isStale) slot.retire();
    if ((answer.sharableMs ?? 0) >= HELPER_FROM_MS) this.#wakeHelper(answer.sharableMs ?? 0);
    this.#release(job.snapshot);
    this.#forgetOldSnapshots();
    this.#pump();
  }

  /** Searches have parts that others can do: those that are there stay, and one more comes if there is enough for it to do. */
  #wakeHelper(sharableMs: number): void {
    const idle = this.#companions?.stayAwake() ?? this.#most;
    const asleep = this.#slots.find(({ thread }) => thread === undefined);
    if (idle < this.#most && sharableMs >= HELPER_FROM_MS * idle && asleep !== undefined) this.#startThread(asleep);
  }

  #loseThread(slot: Slot, error = new Error("it ended")): void {
    const { job, isEnding } = slot;
    this.#companions?.leave(slot);
    slot.clear();
    if (!isEnding) this.#options.onCrash?.(error);
    if (job !== undefined) {
      job.reject(toCrash(error));
      this.#release(job.snapshot);
    }
    this.#pump();
  }

  #noticeSnapshot(name: string): void {
    if (name === this.#newest) return;
    this.#newest = name;
    this.#forgetOldSnapshots();
  }

  #forgetOldSnapshots(): void {
    for (const slot of this.#slots) slot.forgetSnapshots(this.#newest);
  }

  #release(snapshot?: PoolSnapshot): void {
    snapshot?.[Symbol.dispose]();
    this.#held--;
    if (this.#isClosing && this.#held === 0) this.#idle.resolve();
  }
}
