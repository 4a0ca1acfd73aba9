import type { ReadOptions } from "../../archive/archive.ts";
import { AppError } from "../../errors.ts";
import { type Answer, toLaterAnswer } from "../../threads/answer.ts";
import { FairClients, type Place } from "../../threads/fair-clients.ts";
import { fromPostedError } from "../../threads/posted-error.ts";
import { startThread, type Thread, workerFile } from "../../threads/start-thread.ts";
import type { McpArchive } from "../context.ts";
import type { ArchiveCall, FromMcpThread, McpQuestion, McpReply, ToMcpThread } from "./messages.ts";

export interface McpThreadOptions {
  /** Memory that is left below the ceiling; undefined without one. Where the thread does not fit, questions are refused. */
  readonly freeBytes: () => number | undefined;
  /** Told of what the protocol could make nothing of. */
  readonly onProblem: (message: string) => void;
}

/** For whom a question is answered, and from what. */
export interface McpAsker {
  readonly archive: McpArchive;
  readonly options: ReadOptions;
  /** Told of each tool that is called. */
  readonly note: (tool: string, args: unknown) => void;
}

interface Pending {
  readonly asked: McpQuestion;
  readonly asker: McpAsker;
  readonly place: Place;
  readonly reply: PromiseWithResolvers<McpReply>;
  startedAtMs: number;
}

/** Questions that the thread works on at the same time; they wait for searches most of it. */
const MAX_AT_ONCE = 8;
/** The same where memory is short. */
const MAX_AT_ONCE_NEAR_CEILING = 2;
const MAX_WAITING = 100;
/** A model that reads an answer asks again within it. */
const IDLE_MS = 20_000;
/** Where memory is short, it waits only for who asks at once. */
const IDLE_NEAR_CEILING_MS = 500;
const HEAP_MB = { old: 48, young: 2 };
/** What the thread takes once it is asked much: itself, the protocol, and what its questions leave elsewhere. Measured: 30 to 45 MB. */
const THREAD_BYTES = 36 * 2 ** 20;
const RETRY_AFTER_S = 5;

/**
 * Speaks the protocol in a thread of its own: loading it takes a third of a second, and each question some milliseconds, in which the one
 * that answers everybody is not to be held. Started with the first question; ended when nothing has been asked for a while, and its memory goes with it.
 */
export class McpThread implements AsyncDisposable {
  readonly #options: McpThreadOptions;
  readonly #waiting = new FairClients<Pending>();
  readonly #questions = new Map<number, Pending>();
  #thread: Thread<ToMcpThread> | undefined;
  #lastQuestion = 0;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: McpThreadOptions) {
    this.#options = options;
  }

  /** @throws AppError `unavailable` when too much is asked, memory is short or the thread has ended; the signal's reason */
  async ask(asked: McpQuestion, asker: McpAsker): Promise<McpReply> {
    const { client = "", signal } = asker.options;
    signal?.throwIfAborted();
    this.#admit(client);
    const place = { client, lane: "" };
    const pending = { asked, asker, place, reply: Promise.withResolvers<McpReply>(), startedAtMs: 0 };
    const leave = (): void => {
      this.#waiting.remove(pending, place);
      pending.reply.reject(signal?.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.#waiting.push(pending, place);
    this.#pump();
    return pending.reply.promise.finally(() => signal?.removeEventListener("abort", leave));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    const closing = new AppError("unavailable", "The server is closing.", { retryAfterS: RETRY_AFTER_S });
    for (const { reply } of this.#questions.values()) reply.reject(closing);
    this.#questions.clear();
    for (let next = this.#waiting.take(); next !== undefined; next = this.#waiting.take()) next.reply.reject(closing);
    await thread?.terminate();
  }

  #admit(client: string): void {
    const refusal = new AppError("unavailable", "Too much is asked at the same time. Try again soon.", {
      retryAfterS: RETRY_AFTER_S,
    });
    if (this.#isClosed) throw refusal;
    if (this.#waiting.size >= MAX_WAITING) {
      // Of who has most waiting, the newest gives way.
      const { reply } = this.#waiting.makeRoomFor(client) ?? {};
      if (reply === undefined) throw refusal;
      reply.reject(refusal);
    }
    if (this.#thread !== undefined || !this.#isNearCeiling()) return;
    const message = "The server is too near its memory ceiling to answer a language model. Try again soon.";
    const remedy = { code: "set-option", option: "max-memory", does: "raises it" } as const;
    throw new AppError("unavailable", message, { retryAfterS: RETRY_AFTER_S, remedy });
  }

  #isNearCeiling(): boolean {
    return (this.#options.freeBytes() ?? Number.POSITIVE_INFINITY) < THREAD_BYTES;
  }

  #pump(): void {
    clearTimeout(this.#idle);
    const isNear = this.#isNearCeiling();
    while (this.#questions.size < (isNear ? MAX_AT_ONCE_NEAR_CEILING : MAX_AT_ONCE)) {
      const pending = this.#waiting.take();
      if (pending === undefined) break;
      const question = ++this.#lastQuestion;
      this.#questions.set(question, pending);
      pending.startedAtMs = performance.now();
      this.#thread ??= this.#start();
      this.#thread.post({ kind: "question", question, asked: pending.asked });
    }
    // A server that has nothing else to do may end.
    this.#thread?.holdProcess(this.#questions.size > 0);
    if (this.#questions.size > 0) return;
    this.#idle = setTimeout(() => this.#end(), isNear ? IDLE_NEAR_CEILING_MS : IDLE_MS).unref();
  }

  #start(): Thread<ToMcpThread> {
    const file = workerFile(import.meta.url, "mcp-worker");
    const thread = startThread<FromMcpThread, ToMcpThread>(
      { file, workerData: undefined, heapMb: HEAP_MB },
      {
        onMessage: (message) => {
          if (this.#thread === thread) this.#take(message, thread);
        },
        onEnd: (cause) => {
          if (this.#thread !== thread) return;
          this.#thread = undefined;
          this.#refuseAll(cause);
          this.#pump();
        },
      },
    );
    return thread;
  }

  #refuseAll(cause: Error | undefined): void {
    const message = "The answer took more memory than it may, or its thread has ended. Ask for less at once.";
    for (const { reply } of this.#questions.values())
      reply.reject(new AppError("unavailable", message, { cause, retryAfterS: 1 }));
    this.#questions.clear();
  }

  #take(message: FromMcpThread, thread: Thread<ToMcpThread>): void {
    if (message.kind === "problem") {
      this.#options.onProblem(message.message);
      return;
    }
    const pending = this.#questions.get(message.question);
    if (pending === undefined) return;
    if (message.kind === "tool") pending.asker.note(message.tool, message.args);
    else if (message.kind === "reply") this.#finish(message.question, pending, message.answer);
    else {
      const { call, asked } = message;
      void toLaterAnswer(() => callArchive(asked, pending.asker)).then((answer) =>
        thread.post({ kind: "called", call, answer }),
      );
    }
  }

  #finish(question: number, { reply, place, startedAtMs }: Pending, answer: Answer<McpReply>): void {
    this.#questions.delete(question);
    this.#waiting.charge(place, performance.now() - startedAtMs);
    if (answer.kind === "done") reply.resolve(answer.value);
    else reply.reject(fromPostedError(answer.error));
    this.#pump();
  }

  #end(): void {
    const thread = this.#thread;
    this.#thread = undefined;
    void thread?.terminate();
  }
}

async function callArchive(asked: ArchiveCall, { archive: { archive, search }, options }: McpAsker): Promise<unknown> {
  switch (asked.method) {
    case "search":
      return search.search(asked.request, asked.isForAsker ? options : undefined);
    case "article":
      return search.article(asked.id, asked.isForAsker ? options : undefined);
    case "similar":
      return search.similar(asked.id, { ...asked.options, ...(asked.isForAsker && options) });
    case "stats":
      return archive.stats();
    case "activity":
      return archive.activity();
  }
}
