/** The thread of a merge; merge-in-thread.ts is the other end. Its inputs are open already, and in shared memory. */
import { parentPort, workerData } from "node:worker_threads";
import { toLaterAnswer } from "../../threads/answer.ts";
import { mergeSegments } from "../segment/merge-segments.ts";
import { Segment } from "../segment/segment.ts";
import type { FromMerge, MergeTask } from "./merge-in-thread.ts";

const port = parentPort;
if (port === null) throw new Error("merge-worker.ts runs as a worker");
const { path, inputs } = workerData as MergeTask;
const stop = new AbortController();
port.once("message", () => stop.abort());

const post = (message: FromMerge): void => port.postMessage(message);
post(
  await toLaterAnswer(() =>
    mergeSegments(
      path,
      inputs.map(({ data, live }) => ({ segment: new Segment(data), live })),
      { signal: stop.signal, onProgress: (share) => post({ kind: "progress", share }) },
    ),
  ),
);
port.close();
