import { type Transferable, Worker } from "node:worker_threads";

/** A thread, seen from the one that started it. */
export interface Thread<To> {
  /** @param moved ports and buffers in the message that are no more this thread's afterwards */
  post(message: To, moved?: readonly Transferable[]): void;
  /** Ends it at once, whatever it does. */
  terminate(): Promise<void>;
  /** Whether the process lives on for the thread. True from the start. */
  holdProcess(holds: boolean): void;
}

export interface ThreadEvents<From> {
  readonly onMessage: (message: From) => void;
  /** Called once, when nothing of the thread runs any more. Without an error it ended by itself, as it should. */
  readonly onEnd: (error: Error | undefined) => void;
}

export interface ThreadOptions {
  /** The file that the thread runs; see {@link workerFile}. */
  readonly file: URL;
  readonly workerData: unknown;
  /** Largest heap of the thread, in MB: the old generation, and the young one. Default: as Node.js has it. */
  readonly heapMb?: { readonly old: number; readonly young: number };
}

/** The file `name`.ts beside a module, or `name`.js in the package, where both are compiled. */
export const workerFile = (moduleUrl: string, name: string): URL =>
  new URL(`${name}${moduleUrl.endsWith(".ts") ? ".ts" : ".js"}`, moduleUrl);

/**
 * A program on the command line (`node --input-type=module -e …`) is no file, and its flags are refused for threads, which are: they go
 * without any.
 */
const ofThreads = (flags: readonly string[]): { readonly execArgv?: string[] } =>
  flags.some((flag) => flag.startsWith("--input-type")) ? { execArgv: [] } : {};

/** Starts a thread of `node:worker_threads` that understands messages of type `To` and sends such of type `From`. */
export function startThread<From, To>(
  { file, workerData, heapMb }: ThreadOptions,
  { onMessage, onEnd }: ThreadEvents<From>,
): Thread<To> {
  const worker = new Worker(file, {
    workerData,
    ...ofThreads(process.execArgv),
    ...(heapMb === undefined
      ? {}
      : { resourceLimits: { maxOldGenerationSizeMb: heapMb.old, maxYoungGenerationSizeMb: heapMb.young } }),
  });
  let failure: Error | undefined;
  let isTerminated = false;
  worker.on("message", onMessage);
  worker.on("messageerror", (error: Error) => {
    failure ??= error;
    void worker.terminate();
  });
  worker.on("error", (error: Error) => {
    failure ??= error;
  });
  worker.on("exit", (code) => {
    onEnd(failure ?? (code === 0 || isTerminated ? undefined : new Error(`exit code ${code}`)));
  });
  return {
    post: (message, moved = []) => worker.postMessage(message, moved),
    terminate: async () => {
      isTerminated = true;
      await worker.terminate();
    },
    holdProcess: (holds) => {
      if (holds) worker.ref();
      else worker.unref();
    },
  };
}
