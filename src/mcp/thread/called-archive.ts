import type { Archive, ArchiveInfo } from "../../archive/archive.ts";
import type { Answer } from "../../threads/answer.ts";
import { fromPostedError } from "../../threads/posted-error.ts";
import type { McpArchive } from "../context.ts";
import type { ArchiveCall } from "./messages.ts";

type Ask = (question: number, call: number, asked: ArchiveCall) => void;

/** The archive as a thread sees it that has none: whatever it is asked for is called for, and comes later. */
export class CalledArchive {
  readonly #ask: Ask;
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #archive: McpArchive["archive"];
  #lastCall = 0;
  #question = 0;
  #info: ArchiveInfo | undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
    // One for all questions: what is known of an archive is kept with it.
    this.#archive = this.#toArchive();
  }

  /** For a question that a client has asked. */
  of(question: number, info: ArchiveInfo): Pick<McpArchive, "archive" | "search"> {
    [this.#question, this.#info] = [question, info];
    const call = <Value>(asked: ArchiveCall): Promise<Value> => this.#call(question, asked);
    return {
      archive: this.#archive,
      search: {
        search: (request, options) => call({ method: "search", request, isForAsker: options !== undefined }),
        article: (id, options) => call({ method: "article", id, isForAsker: options !== undefined }),
        similar: (id, { limit, sameStory }) =>
          call({ method: "similar", id, options: { limit, sameStory }, isForAsker: true }),
      },
    };
  }

  /** Takes what came of a call. */
  take(call: number, answer: Answer<unknown>): void {
    const pending = this.#calls.get(call);
    this.#calls.delete(call);
    if (answer.kind === "done") pending?.resolve(answer.value);
    else pending?.reject(fromPostedError(answer.error));
  }

  #toArchive(): Pick<Archive, "info" | "stats" | "activity"> {
    const getInfo = (): ArchiveInfo => {
      if (this.#info === undefined) throw new Error("nothing has been asked yet");
      return this.#info;
    };
    return {
      get info() {
        return getInfo();
      },
      stats: () => this.#call(this.#question, { method: "stats" }),
      activity: () => this.#call(this.#question, { method: "activity" }),
    };
  }

  #call<Value>(question: number, asked: ArchiveCall): Promise<Value> {
    const call = ++this.#lastCall;
    const pending = Promise.withResolvers<unknown>();
    this.#calls.set(call, pending);
    this.#ask(question, call, asked);
    // What a call gives is known by its method alone.
    return pending.promise as Promise<Value>;
  }
}
