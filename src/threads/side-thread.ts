import { AppError } from "../errors.ts";
import type { Answer } from "./answer.ts";
import { FairClients } from "./fair-clients.ts";
import { fromPostedError } from "./posted-error.ts";
import type { Thread, ThreadEvents } from "./start-thread.ts";

export interface SideThreadOptions<Task> {
  readonly start: (events: ThreadEvents<Answer<unknown>>) => Pick<Thread<Task>, "post" | "terminate">;
  /** Asked before a task starts the thread, which takes memory; throws to refuse the task. */
  readonly admit?: (() => void) | undefined;
  /** Tasks that may wait; more are refused. */
  readonly maxWaiting: number;
  /** The thread is ended when nothing has been asked of it for so long: its memory goes with it. */
  readonly idleMs: number;
}

export interface AskedBy {
  readonly client?: string | undefined;
  /** Calls off the task, and with one that has begun the thread. */
  readonly signal?: AbortSignal | undefined;
}

interface Job<Task> {
  readonly task: Task;
  readonly client: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A thread for work beside what a server is there for, which would hold the one that answers: started when it is needed, one task at a
 * time, shared fairly between clients, ended when it is idle.
 */
export class SideThread<Task> implements AsyncDisposable {
  readonly #options: SideThreadOptions<Task>;
  readonly #waiting = new FairClients<Job<Task>>();
  #thread: Pick<Thread<Task>, "post" | "terminate"> | undefined;
  #job: Job<Task> | undefined;
  #startedAtMs = 0;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: SideThreadOptions<Task>) {
    this.#options = options;
  }

  /** @throws AppError `unavailable` when too much waits or the thread has ended; what `admit` and the task throw; the signal's reason. */
  async run<Value>(task: Task, { client = "", signal }: AskedBy = {}): Promise<Value> {
    signal?.throwIfAborted();
    if (this.#isClosed || this.#waiting.size >= this.#options.maxWaiting) {
      throw new AppError("unavailable", "Too much of this is asked at the same time. Try again soon.", {
        retryAfterS: 2,
      });
    }
    if (this.#thread === undefined) this.#options.admit?.();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const job: Job<Task> = { task, client, resolve, reject };
    const leave = (): void => {
      reject(signal?.reason);
      if (!this.#waiting.remove(job, placeOf(job)) && this.#job === job) this.#end();
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.#waiting.push(job, placeOf(job));
    this.#pump();
    // What a thread gives for a task is known by the task alone.
    return promise.finally(() => signal?.removeEventListener("abort", leave)) as Promise<Value>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    await this.#thread?.terminate();
  }

  #pump(): void {
    if (this.#job !== undefined) return;
    const job = this.#waiting.take();
    if (job === undefined) {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.#end(), this.#options.idleMs).unref();
      return;
    }
    clearTimeout(this.#idle);
    this.#job = job;
    this.#startedAtMs = performance.now();
    this.#thread ??= this.#start();
    this.#thread.post(job.task);
  }

  #start(): Pick<Thread<Task>, "post" | "terminate"> {
    const thread = this.#options.start({
      onMessage: (answer) => {
        if (this.#thread === thread) this.#finish(answer);
      },
      onEnd: (cause) => {
        if (this.#thread !== thread) return;
        this.#thread = undefined;
        const message = "The work took more memory than it may, or its thread has ended. Ask for less at once.";
        this.#job?.reject(new AppError("unavailable", message, { cause, retryAfterS: 1 }));
        this.#job = undefined;
        this.#pump();
      },
    });
    return thread;
  }

  #finish(answer: Answer<unknown>): void {
    const job = this.#job;
    this.#job = undefined;
    if (job !== undefined) {
      this.#waiting.charge(placeOf(job), performance.now() - this.#startedAtMs);
      if (answer.kind === "done") job.resolve(answer.value);
      else job.reject(fromPostedError(answer.error));
    }
    this.#pump();
  }

  /** Ends the thread at once; the next task starts another. */
  #end(): void {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#job = undefined;
    void thread?.terminate();
    if (this.#waiting.size > 0) this.#pump();
  }
}

const placeOf = ({ client }: { readonly client: string }) => ({ client, lane: "" });
