import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Article } from "../../src/archive/article.ts";
import type { Comparison } from "./compare.ts";

/** What the thread of a world is started with. */
export interface WorldData {
  readonly feeds: number;
  readonly seed: number;
  readonly startMs: number;
  readonly publishUntilMs: number;
  /** Where it was saved before; it begins anew where that is not. */
  readonly file: string | undefined;
  /** How much time has passed, in ms; the client writes it. */
  readonly passed: Float64Array;
  /** How many orders have been obeyed. */
  readonly done: Int32Array;
}

export type WorldOrder =
  | { readonly what: "hear"; readonly host: string }
  | { readonly what: "put"; readonly articles: readonly (readonly [id: string, body: string])[] }
  | { readonly what: "save"; readonly file: string }
  | { readonly what: "kill" | "calm" | "report" | "end" };

export interface WorldReport extends Comparison {
  /** Questions that came earlier than allowed. */
  readonly early: readonly string[];
  readonly requests: number;
}

/** A world of feeds in a thread of its own, so that what the client needs of memory is the client's alone. */
export interface World extends AsyncDisposable {
  readonly port: number;
  /** Tells it how much time has passed. */
  pass(passedMs: number): void;
  /** What the client has stored. */
  put(articles: readonly Article[]): void;
  /** The client has noted what came of its last question to a host. */
  hear(host: string): void;
  kill(): void;
  calm(): void;
  save(file: string): void;
  report(): Promise<WorldReport>;
}

export async function startWorld(
  options: Omit<WorldData, "passed" | "done"> & { readonly passedMs: number },
): Promise<World> {
  const { passedMs, ...rest } = options;
  const passed = new Float64Array(new SharedArrayBuffer(8));
  const done = new Int32Array(new SharedArrayBuffer(4));
  passed[0] = passedMs;
  const workerData: WorldData = { ...rest, passed, done };
  const worker = new Worker(new URL("./world-worker.ts", import.meta.url), { workerData });
  const [port] = (await once(worker, "message")) as [number];
  let given = 0;
  const order = (message: WorldOrder): void => {
    given++;
    worker.postMessage(message);
  };
  /** What comes after it may not come before it: the thread stands still until it has been obeyed. */
  const orderNow = (message: WorldOrder): void => {
    order(message);
    for (let obeyed = Atomics.load(done, 0); obeyed < given; obeyed = Atomics.load(done, 0))
      Atomics.wait(done, 0, obeyed, 1000);
  };
  return {
    port,
    pass: (ms) => {
      passed[0] = ms;
    },
    put: (articles) => order({ what: "put", articles: articles.map(({ id, body }) => [id, body]) }),
    hear: (host) => orderNow({ what: "hear", host }),
    kill: () => orderNow({ what: "kill" }),
    calm: () => orderNow({ what: "calm" }),
    save: (file) => orderNow({ what: "save", file }),
    report: async () => {
      const answer = once(worker, "message");
      order({ what: "report" });
      const [report] = (await answer) as [WorldReport];
      return report;
    },
    [Symbol.asyncDispose]: async () => {
      const over = once(worker, "exit");
      order({ what: "end" });
      await over;
    },
  };
}
