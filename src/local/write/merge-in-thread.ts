import { Worker } from "node:worker_threads";
import { fromPostedError, type PostedError } from "../pool/messages.ts";
import type { MergeResult, MergeSegments } from "../segment/merge-segments.ts";
import type { SegmentData } from "../segment/segment-data.ts";

/** What the thread is given. */
export interface MergeTask {
  readonly path: string;
  readonly inputs: readonly { readonly data: SegmentData; readonly live: Uint8Array | undefined }[];
}

export type FromMerge =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "done"; readonly merged: MergeResult }
  | { readonly kind: "failed"; readonly error: PostedError };

/** The same file in a checkout and, compiled, in the package. */
const WORKER = new URL(import.meta.url.endsWith(".ts") ? "merge-worker.ts" : "merge-worker.js", import.meta.url);

/** What is large in a merge lies outside the heap. */
const HEAP_MB = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };

/** Merges in a thread of its own, which ends with it: this one serves meanwhile. The inputs must stay open until then. */
export const mergeInThread: MergeSegments = async (path, inputs, { signal, onProgress } = {}) => {
  signal?.throwIfAborted();
  const workerData: MergeTask = { path, inputs: inputs.map(({ segment, live }) => ({ data: segment.data, live })) };
  const worker = new Worker(WORKER, { workerData, resourceLimits: HEAP_MB });
  const stop = (): void => worker.postMessage("stop");
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await new Promise<MergeResult>((resolve, reject) => {
      let outcome = (): void => reject(new Error("the thread of a merge ended before its time"));
      worker.on("message", (message: FromMerge) => {
        if (message.kind === "progress") onProgress?.(message.share);
        else if (message.kind === "done") outcome = () => resolve(message.merged);
        else outcome = () => reject(signal?.aborted === true ? signal.reason : fromPostedError(message.error));
      });
      worker.on("error", (error) => {
        outcome = () => reject(error);
      });
      // When nothing of it runs any more, the inputs may be closed.
      worker.on("exit", () => outcome());
    });
  } finally {
    signal?.removeEventListener("abort", stop);
  }
};
