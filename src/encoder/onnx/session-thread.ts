import { Worker } from "node:worker_threads";
import { AppError } from "../../errors.ts";
import type { ModelSession } from "./model-session.ts";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./session-worker.ts";
import type { IdWindow } from "./text-windows.ts";

/** The same file in a checkout and, compiled, in the package. */
const WORKER = new URL(import.meta.url.endsWith(".ts") ? "session-worker.ts" : "session-worker.js", import.meta.url);

interface Waiting {
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Loads a model in a thread of its own; {@link ModelSession.encode} then holds only that one.
 * @throws AppError `encoder-unavailable` as openModelSession does, or when onnxruntime-node is not installed.
 */
export async function openSessionThread(start: WorkerStart): Promise<ModelSession> {
  const worker = new Worker(WORKER, { workerData: start });
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let ended: AppError | undefined;

  const fail = (why: string, cause?: unknown): void => {
    ended ??= new AppError("encoder-unavailable", `The thread of the ONNX model ${why}. Start again.`, { cause });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on("message", (reply: WorkerReply) => {
    const { resolve, reject } = waiting.get(reply.id) ?? {};
    waiting.delete(reply.id);
    // A process does not live on for a model that has nothing to do.
    if (waiting.size === 0) worker.unref();
    if (reply.error === undefined) resolve?.(reply);
    else reject?.(new AppError(reply.error.code, reply.error.message));
  });
  worker.on("error", (error) => fail(`failed (${error.message})`, error));
  worker.on("exit", () => fail("has ended"));

  const ask = (windows: WorkerRequest["windows"], isSent = true): Promise<WorkerReply> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) {
        reject(ended);
        return;
      }
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker.ref();
      if (isSent) worker.postMessage({ id, windows } satisfies WorkerRequest);
    });

  try {
    // The worker says by itself when the model is loaded.
    await ask(undefined, false);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    encode: async (windows: readonly IdWindow[]) => [...((await ask(windows)).vectors ?? [])],
    release: async () => {
      if (ended === undefined) await ask(undefined);
    },
  };
}
