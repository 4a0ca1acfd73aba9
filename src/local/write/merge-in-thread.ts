import type { Answer } from "../../threads/answer.ts";
import { fromPostedError } from "../../threads/posted-error.ts";
import { startThread, workerFile } from "../../threads/start-thread.ts";
import type { MergeResult, MergeSegments } from "../segment/merge-segments.ts";
import type { SegmentData } from "../segment/segment-data.ts";

/** What the thread is given. */
export interface MergeTask {
  readonly path: string;
  readonly inputs: readonly { readonly data: SegmentData; readonly live: Uint8Array | undefined }[];
}

export type ToMerge = "stop";
export type FromMerge = { readonly kind: "progress"; readonly share: number } | Answer<MergeResult>;

/** What is large in a merge lies outside the heap. */
const HEAP_MB = { old: 96, young: 16 };

/** Merges in a thread of its own, which ends with it: this one serves meanwhile. The inputs must stay open until then. */
export const mergeInThread: MergeSegments = async (path, inputs, { signal, onProgress } = {}) => {
  signal?.throwIfAborted();
  const workerData: MergeTask = { path, inputs: inputs.map(({ segment, live }) => ({ data: segment.data, live })) };
  const file = workerFile(import.meta.url, "merge-worker");
  const { promise, resolve, reject } = Promise.withResolvers<MergeResult>();
  let answer: Answer<MergeResult> | undefined;
  const thread = startThread<FromMerge, ToMerge>(
    { file, workerData, heapMb: HEAP_MB },
    {
      onMessage: (message) => {
        if (message.kind === "progress") onProgress?.(message.share);
        else answer = message;
      },
      // When nothing of it runs any more, the inputs may be closed.
      onEnd: (error) => {
        if (error !== undefined) reject(error);
        else if (answer === undefined) reject(new Error("the thread of a merge ended before its time"));
        else if (answer.kind === "done") resolve(answer.value);
        else reject(signal?.aborted === true ? signal.reason : fromPostedError(answer.error));
      },
    },
  );
  const stop = (): void => thread.post("stop");
  signal?.addEventListener("abort", stop, { once: true });
  return promise.finally(() => signal?.removeEventListener("abort", stop));
};
