import { availableParallelism } from "node:os";
import type { Answer } from "../../threads/answer.ts";
import { SideThread } from "../../threads/side-thread.ts";
import { startThread, workerFile } from "../../threads/start-thread.ts";
import { buildSegment, type NewRow } from "./build-segment.ts";

/** What the thread is given. */
export interface BuildTask {
  readonly path: string;
  readonly rows: readonly NewRow[];
  readonly dimensions: number;
}

/** Writes new segments; see {@link buildSegment}. */
export interface SegmentBuilder {
  /** All is on disk, under its final name, when this resolves. */
  build(path: string, rows: readonly NewRow[], dimensions: number): Promise<void>;
  close(): Promise<void>;
}

/** What is large in a segment lies outside the heap. */
const HEAP_MB = { old: 192, young: 8 };
/** A writer builds one at a time. */
const MAX_WAITING = 1;
const IDLE_MS = 10_000;
/** Fewer rows are built where they are: the thread would take longer to start. */
const MIN_ROWS = 64;

/** Builds in the thread that asks. */
export const buildHere: SegmentBuilder = {
  build: async (path, rows, dimensions) => buildSegment(path, rows, dimensions),
  close: async () => {},
};

/** Builds in a thread of its own where there is another core, so that this one reads and stores meanwhile. Close it, or the process lives on for some seconds. */
export function createSegmentBuilder(): SegmentBuilder {
  if (availableParallelism() === 1) return buildHere;
  const file = workerFile(import.meta.url, "segment-builder-worker");
  const side = new SideThread<BuildTask>({
    start: (events) =>
      startThread<Answer<unknown>, BuildTask>({ file, workerData: undefined, heapMb: HEAP_MB }, events),
    maxWaiting: MAX_WAITING,
    idleMs: IDLE_MS,
  });
  return {
    build: (path, rows, dimensions) =>
      rows.length < MIN_ROWS
        ? buildHere.build(path, rows, dimensions)
        : side.run<void>({ path, rows: rows.map(toNewRow), dimensions }),
    close: () => side[Symbol.asyncDispose](),
  };
}

/** Without what a segment does not keep, which would be copied for nothing. */
const toNewRow = ({ key, publishedAtMs, sourceId, categoryId, title, body, vector }: NewRow): NewRow => ({
  key,
  publishedAtMs,
  sourceId,
  categoryId,
  title,
  body,
  vector,
});
