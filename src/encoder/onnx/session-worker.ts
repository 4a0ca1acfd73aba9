/**
 * The thread in which a model runs: ONNX Runtime computes on the thread that calls it, and the one that serves requests must
 * not wait for it. session-thread.ts is the other end.
 */
import { parentPort, workerData } from "node:worker_threads";
import { AppError, type ErrorCode } from "../../errors.ts";
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
  readonly vectors?: readonly (Float32Array | undefined)[];
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}

const port = parentPort;
if (port === null) throw new Error("session-worker.ts runs as a worker");
const { model, threads } = workerData as WorkerStart;

const reply = (message: WorkerReply): void => port.postMessage(message);

async function attempt(id: number, action: () => Promise<Omit<WorkerReply, "id">>): Promise<void> {
  try {
    reply({ id, ...(await action()) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const known = error instanceof AppError;
    const wrapped = known ? message : `The ONNX model ${model.modelPath} cannot run (${message}).`;
    reply({ id, error: { code: known ? error.code : "encoder-unavailable", message: wrapped } });
  }
}

const opening = loadOnnxRuntime().then((runtime) => openModelSession(runtime, model, threads));
await attempt(0, async () => {
  await opening;
  return {};
});
port.on("message", async ({ id, windows }: WorkerRequest) => {
  await attempt(id, async () => {
    const session = await opening;
    if (windows !== undefined) return { vectors: await session.encode(windows) };
    await session.release();
    return {};
  });
  if (windows === undefined) port.close();
});
