import { AppError } from "../../errors.ts";
import { fromPostedError } from "../../threads/posted-error.ts";
import { startThread, workerFile } from "../../threads/start-thread.ts";
import type { ModelSession } from "./model-session.ts";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./session-worker.ts";
import type { IdWindow } from "./text-windows.ts";

type Vectors = readonly (Float32Array | undefined)[];

interface Waiting {
  readonly resolve: (vectors: Vectors) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Loads a model in a thread of its own; {@link ModelSession.encode} then holds only that one.
 * @throws AppError `encoder-unavailable` as openModelSession does, or when onnxruntime-node is not installed.
 */
export async function openSessionThread(start: WorkerStart): Promise<ModelSession> {
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let ended: AppError | undefined;

  const thread = startThread<WorkerReply, WorkerRequest>(
    { file: workerFile(import.meta.url, "session-worker"), workerData: start },
    {
      onMessage: ({ id, answer }) => {
        const { resolve, reject } = waiting.get(id) ?? {};
        waiting.delete(id);
        // A process does not live on for a model that has nothing to do.
        if (waiting.size === 0) thread.holdProcess(false);
        if (answer.kind === "done") resolve?.(answer.value);
        else reject?.(fromPostedError(answer.error));
      },
      onEnd: (cause) => {
        const why = cause === undefined ? "has ended" : `failed (${cause.message})`;
        ended = new AppError("encoder-unavailable", `The thread of the ONNX model ${why}. Start again.`, { cause });
        for (const { reject } of waiting.values()) reject(ended);
        waiting.clear();
      },
    },
  );

  const ask = (windows: WorkerRequest["windows"], isSent = true): Promise<Vectors> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) {
        reject(ended);
        return;
      }
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      thread.holdProcess(true);
      if (isSent) thread.post({ id, windows });
    });

  try {
    // The worker says by itself when the model is loaded.
    await ask(undefined, false);
  } catch (error) {
    await thread.terminate();
    throw error;
  }
  return {
    encode: async (windows: readonly IdWindow[]) => [...(await ask(windows))],
    release: async () => {
      if (ended === undefined) await ask(undefined);
    },
  };
}
