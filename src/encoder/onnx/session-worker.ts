/**
 * The thread in which a model runs: ONNX Runtime computes on the thread that calls it, and the one that serves requests must
 * not wait for it. session-thread.ts is the other end.
 */
import { parentPort, workerData } from "node:worker_threads";
import { AppError } from "../../errors.ts";
import { type Answer, toLaterAnswer } from "../../threads/answer.ts";
import { openModelSession, type SessionModel } from "./model-session.ts";
import { loadOnnxRuntime } from "./runtime.ts";
import type { IdWindow } from "./text-windows.ts";

export interface WorkerStart {
  readonly model: SessionModel;
  readonly threads: number;
}

/** Without windows: release the model and end. */
export interface WorkerRequest {
  readonly id: number;
  readonly windows: readonly IdWindow[] | undefined;
}

export interface WorkerReply {
  /** That of the request; 0 says that the model is loaded, or why not. */
  readonly id: number;
  /** The vectors of the windows, or none where nothing was encoded. */
  readonly answer: Answer<readonly (Float32Array | undefined)[]>;
}

const port = parentPort;
if (port === null) throw new Error("session-worker.ts runs as a worker");
const { model, threads } = workerData as WorkerStart;

async function attempt(id: number, action: () => Promise<readonly (Float32Array | undefined)[]>): Promise<void> {
  const answer = await toLaterAnswer(() => action().catch(throwAsUnavailable));
  port?.postMessage({ id, answer } satisfies WorkerReply);
}

function throwAsUnavailable(cause: unknown): never {
  if (cause instanceof AppError) throw cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  throw new AppError("encoder-unavailable", `The ONNX model ${model.modelPath} cannot run (${message}).`, { cause });
}

const opening = loadOnnxRuntime().then((runtime) => openModelSession(runtime, model, threads));
await attempt(0, async () => {
  await opening;
  return [];
});
port.on("message", async ({ id, windows }: WorkerRequest) => {
  await attempt(id, async () => {
    const session = await opening;
    if (windows !== undefined) return session.encode(windows);
    await session.release();
    return [];
  });
  if (windows === undefined) port.close();
});
