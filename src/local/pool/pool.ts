import type { ReadOptions, SearchLoad } from "../../archive/archive.ts";
import type { EncodedQuery } from "../../archive/encoded-query.ts";
import type { SearchRequest, SimilarOptions } from "../../archive/request.ts";
import type { SearchFindings } from "../../archive/result.ts";
import { AppError } from "../../errors.ts";
import type { SearchedArchive } from "../../search/search.ts";
import { FairClients, type Place } from "../../threads/fair-clients.ts";
import { fromPostedError } from "../../threads/posted-error.ts";
import type { Thread, ThreadEvents } from "../../threads/start-thread.ts";
import type { FromThread, SearchTask, ToThread } from "./messages.ts";

/** A thread that searches, seen from the pool. */
export type SearchThread = Pick<Thread<ToThread>, "post" | "terminate">;
export type StartSearchThread = (events: ThreadEvents<FromThread>) => SearchThread;

/** A snapshot of the archive that somebody holds for the threads; see local/read/reader.ts. */
export interface PoolSnapshot extends Disposable {
  /** Goes to the threads as it is: plain data, what is large in shared memory. */
  readonly data: { readonly name: string };
}

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
  /** Told of a thread that ended by itself. */
  readonly onCrash?: ((error: Error) => void) | undefined;
}

/** Default of {@link SearchPoolOptions.stopAfterMs}: far longer than most searches take. */
const STOP_AFTER_MS = 500;

interface Job {
  readonly task: SearchTask;
  /** Who asked. */
  readonly client: string;
  readonly snapshot: PoolSnapshot;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread and what it does. */
interface Slot {
  /** Absent until it is needed, and after it has ended. */
  thread: SearchThread | undefined;
  job: Job | undefined;
  /** Whether its job was a short one when it began, as far as that could be told. */
  isLight: boolean;
  startedAt: number;
  /** Names of the snapshots that the thread has been sent. */
  readonly snapshots: Set<string>;
  /** To be replaced by a fresh one after its job. */
  isStale: boolean;
  /** The thread has been told to end. The next one waits until it has, so that memory is not taken twice. */
  isEnding: boolean;
}

/**
 * Searches in threads of its own, so that the one that serves requests never waits for a search. Tasks wait by who asked; each
 * sees the snapshot of the archive that was newest when it came, and holds it until a thread has finished with it. A thread that
 * ends takes only its own task along, and another takes its place.
 */
export class SearchPool implements SearchedArchive, AsyncDisposable {
  readonly info: SearchedArchive["info"];
  readonly #options: SearchPoolOptions;
  readonly #slots: readonly Slot[];
  readonly #waiting = new FairClients<Job>({ quickLanes: [ARTICLE_LANE], bulkLanes: BULK_LANES });
  readonly #ended = new Set<Promise<void>>();
  readonly #idle = Promise.withResolvers<void>();
  /** Name of the newest snapshot that was borrowed. */
  #newest = "";
  /** Tasks accepted and not yet finished. */
  #held = 0;
  #msPerTask = 0;
  #isClosing = false;

  constructor(options: SearchPoolOptions) {
    this.info = options.info;
    this.#options = options;
    this.#slots = Array.from({ length: options.threads }, () => ({
      thread: undefined,
      job: undefined,
      isLight: true,
      startedAt: 0,
      snapshots: new Set<string>(),
      isStale: false,
      isEnding: false,
    }));
  }

  get status(): SearchLoad {
    const running = this.#slots.filter(({ job }) => job !== undefined).length;
    return { threads: this.#slots.length, running, waiting: this.#waiting.size };
  }

  /** Starts the threads ahead of the first task. */
  warmUp(): void {
    for (const slot of this.#slots) this.#startThread(slot);
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
      if (slot.job === undefined) this.#retire(slot);
    }
  }

  /** Accepts nothing more, finishes what was accepted, then ends the threads. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    if (this.#held > 0) await this.#idle.promise;
    for (const slot of this.#slots) this.#retire(slot);
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
    const retryAfterS = Math.min(60, Math.max(1, Math.ceil((this.#held * this.#msPerTask) / threads / 1000)));
    return new AppError(
      "unavailable",
      `Too much is asked at the same time: ${maxWaiting} searches wait already. Try again soon.`,
      { retryAfterS, remedy: { code: "set-option", option: "search-queue", does: "lets more wait" } },
    );
  }

  #enqueue(task: SearchTask, snapshot: PoolSnapshot, { signal, client = "" }: ReadOptions): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const job: Job = { task, client, snapshot, resolve, reject };
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
  #callOff(job: Job): void {
    const timer = setTimeout(() => {
      const slot = this.#slots.find((one) => one.job === job);
      if (slot?.thread === undefined) return;
      slot.isEnding = true;
      void slot.thread.terminate();
    }, this.#options.stopAfterMs ?? STOP_AFTER_MS);
    timer.unref();
  }

  #pump(): void {
    if (this.#waiting.size === 0) return;
    const free = this.#slots.filter(({ job, isEnding }) => job === undefined && !isEnding);
    const running = this.#slots.filter(({ job }) => job !== undefined).length;
    const most = Math.max(1, this.#options.atOnce?.(this.#slots.length) ?? this.#slots.length);
    for (const slot of free.slice(0, Math.max(0, most - running))) {
      // Of several threads one is kept for those whose tasks are short: of the others each may be taken by a long one.
      const long = this.#slots.filter(({ job, isLight }) => job !== undefined && !isLight).length;
      const job = this.#waiting.take({ isLightOnly: long > 0 && long >= this.#slots.length - 1 });
      if (job === undefined) return;
      slot.isLight = this.#waiting.isLight(placeOf(job));
      this.#begin(slot, job);
    }
  }

  #begin(slot: Slot, job: Job): void {
    const { data } = job.snapshot;
    slot.job = job;
    slot.startedAt = performance.now();
    const thread = slot.thread ?? this.#startThread(slot);
    if (!slot.snapshots.has(data.name)) {
      slot.snapshots.add(data.name);
      thread.post({ kind: "snapshot", name: data.name, data });
    }
    thread.post({ kind: "task", snapshot: data.name, task: job.task });
  }

  #startThread(slot: Slot): SearchThread {
    const end = Promise.withResolvers<void>();
    this.#ended.add(end.promise);
    const thread = this.#options.startThread({
      onMessage: (answer) => this.#finish(slot, answer),
      onEnd: (error) => {
        end.resolve();
        this.#ended.delete(end.promise);
        if (slot.thread === thread) this.#loseThread(slot, error);
      },
    });
    slot.thread = thread;
    return thread;
  }

  #finish(slot: Slot, answer: FromThread): void {
    const { job } = slot;
    if (job === undefined) return;
    const elapsedMs = performance.now() - slot.startedAt;
    this.#msPerTask += (elapsedMs - this.#msPerTask) * 0.1;
    this.#waiting.charge(placeOf(job), answer.cpuMs ?? elapsedMs);
    slot.job = undefined;
    if (answer.kind === "done") job.resolve(answer.value);
    else job.reject(fromPostedError(answer.error));
    if (slot.isStale) this.#retire(slot);
    this.#release(job.snapshot);
    this.#forgetOldSnapshots();
    this.#pump();
  }

  #loseThread(slot: Slot, error = new Error("it ended")): void {
    const { job, isEnding } = slot;
    slot.thread = undefined;
    slot.job = undefined;
    slot.isStale = false;
    slot.isEnding = false;
    slot.snapshots.clear();
    if (!isEnding) this.#options.onCrash?.(error);
    if (job !== undefined) {
      job.reject(toCrash(error));
      this.#release(job.snapshot);
    }
    this.#pump();
  }

  /** Tells the thread to end; the next task starts another. */
  #retire(slot: Slot): void {
    if (slot.thread === undefined || slot.isEnding) return;
    slot.isEnding = true;
    slot.thread.post({ kind: "close" });
  }

  #noticeSnapshot(name: string): void {
    if (name === this.#newest) return;
    this.#newest = name;
    this.#forgetOldSnapshots();
  }

  #forgetOldSnapshots(): void {
    for (const { thread, job, snapshots } of this.#slots) {
      for (const name of snapshots) {
        if (name === this.#newest || name === job?.snapshot.data.name) continue;
        snapshots.delete(name);
        thread?.post({ kind: "forget", name });
      }
    }
  }

  #release(snapshot?: PoolSnapshot): void {
    snapshot?.[Symbol.dispose]();
    this.#held--;
    if (this.#isClosing && this.#held === 0) this.#idle.resolve();
  }
}

/** Looking up an article takes a fraction of a search. */
const ARTICLE_LANE = "article";

/** Searches beyond so many hits read on long after the best were found, and those of so many characters look up hundreds of words. */
const DEEP_HITS = 1000;
const LONG_UNITS = 256;

/** Pages of so many hits are those of exports, feeds and programs. */
const BULK_HITS = 50;

/** What nobody waits for at a screen. */
const BULK_LANES = ["bulk", "deep"] as const;

/** Where a task waits: by what it will take, as far as that can be told before. */
function placeOf({ client, task }: Job): Place {
  switch (task.kind) {
    case "article":
    case "compare":
      return { client, lane: ARTICLE_LANE };
    case "similar":
      return { client, lane: "similar" };
    case "search": {
      const { query, offset, limit } = task.request;
      if (query.length > LONG_UNITS) return { client, lane: "long" };
      if (offset + limit > DEEP_HITS) return { client, lane: "deep" };
      return { client, lane: limit >= BULK_HITS ? "bulk" : "search" };
    }
  }
}

function toCrash(error: Error): AppError {
  const isOutOfMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  const message = isOutOfMemory
    ? "The search needed more memory than a search thread may use. Ask for fewer hits or a narrower range of days."
    : "The thread of the search has ended before its time; another takes its place. Try again.";
  return new AppError("unavailable", message, {
    cause: error,
    retryAfterS: 1,
    ...(isOutOfMemory && {
      remedy: { code: "set-option", option: "max-memory", does: "gives threads more, where it is larger" },
    }),
  });
}
