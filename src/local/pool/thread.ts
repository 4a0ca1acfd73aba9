import { Worker } from "node:worker_threads";
import type { FromThread, ToThread } from "./messages.ts";

/** A thread that searches, seen from the pool. */
export interface SearchThread {
  post(message: ToThread): void;
}

export interface ThreadEvents {
  readonly onReply: (reply: FromThread) => void;
  /** Called once, when nothing of the thread runs any more. Without an error it was told to end. */
  readonly onEnd: (error: Error | undefined) => void;
}

export type StartThread = (events: ThreadEvents) => SearchThread;

export interface WorkerOptions {
  /** The file that the thread runs. */
  readonly file: URL;
  readonly workerData: unknown;
  /** Largest heap of the thread, in MB: the old generation, and twice a semi-space. */
  readonly oldHeapMb: number;
  readonly youngHeapMb: number;
}

/** Threads of `node:worker_threads`. */
export function createThreadStarter({ file, workerData, oldHeapMb, youngHeapMb }: WorkerOptions): StartThread {
  return ({ onReply, onEnd }) => {
    const worker = new Worker(file, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: oldHeapMb, maxYoungGenerationSizeMb: youngHeapMb },
    });
    let failure: Error | undefined;
    worker.on("message", onReply);
    worker.on("messageerror", (error: Error) => {
      failure ??= error;
      void worker.terminate();
    });
    worker.on("error", (error: Error) => {
      failure ??= error;
    });
    worker.on("exit", (code) => {
      onEnd(failure ?? (code === 0 ? undefined : new Error(`exit code ${code}`)));
    });
    return { post: (message) => worker.postMessage(message) };
  };
}
