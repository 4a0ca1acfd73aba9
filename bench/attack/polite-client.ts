import { Agent, type OutgoingHttpHeaders, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { absoluteMs, type PoliteQuestion } from "./witnesses.ts";

/** Who asks like a reader: one request, then a pause. */
export interface PoliteOptions {
  readonly port: number;
  readonly localAddress: string;
  readonly ask: (turn: number) => PoliteQuestion;
  readonly pauseMs: number;
  readonly onReply: (reply: PoliteReply) => void;
}

export interface PoliteReply {
  /** When it was asked, in ms since 1970 with fractions. */
  readonly atMs: number;
  readonly ms: number;
  readonly status: string;
}

/** No reader waits longer. */
const PATIENCE_MS = 15_000;

/** Asks until it is stopped, over one connection that is kept. */
export class PoliteClient {
  readonly #options: PoliteOptions;
  readonly #agent: Agent;
  readonly #done: Promise<void>;
  #isStopped = false;

  constructor(options: PoliteOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: options.localAddress });
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
    this.#agent.destroy();
  }

  async #run(): Promise<void> {
    for (let turn = 0; !this.#isStopped; turn++) {
      const atMs = absoluteMs();
      const status = await this.#ask(turn).catch((error: NodeJS.ErrnoException) => error.code ?? error.name);
      this.#options.onReply({ atMs, ms: absoluteMs() - atMs, status });
      await wait(this.#options.pauseMs);
    }
  }

  #ask(turn: number): Promise<string> {
    const { port, ask } = this.#options;
    const { path, body } = ask(turn);
    const headers: OutgoingHttpHeaders = body === undefined ? {} : { "content-type": "application/json" };
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const options = { host: "127.0.0.1", port, agent: this.#agent, path, headers };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const call = request({ ...options, signal, method: body === undefined ? "GET" : "POST" }, (response) => {
      response.resume();
      response.once("end", () => resolve(String(response.statusCode)));
      response.once("error", reject);
    });
    call.once("error", reject);
    call.end(body);
    return promise;
  }
}
