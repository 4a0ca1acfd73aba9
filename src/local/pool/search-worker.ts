/**
 * The thread of a search; pool.ts is the other end. It searches what the main thread has loaded: codes and columns are in
 * shared memory, files are open already, and only the connection to the database is its own.
 */
import { flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { toAnswer } from "../../threads/answer.ts";
import { WorkSharer } from "../../threads/sharing/work-sharer.ts";
import { AttachedArchive } from "../read/attached-archive.ts";
import type { SnapshotData } from "../read/loaded-snapshot.ts";
import type { Snapshot } from "../read/snapshot.ts";
import { doPartsForAnother } from "../search/parts/do-parts.ts";
import { type SharedSearch, SnapshotSearcher } from "../search/searcher.ts";
import type { Finished, FromThread, SearchTask, ToThread } from "./messages.ts";

export interface SearchWorkerData {
  readonly folder: string;
  /** Parts of a search that take less are not shared, in ms. Default: what takes longer than to share it. */
  readonly sharedFromMs?: number | undefined;
}

const port = parentPort;
if (port === null) throw new Error("search-worker.ts runs as a worker");
const { folder, sharedFromMs } = workerData as SearchWorkerData;

const archive = new AttachedArchive(folder);
const snapshots = new Map<string, Snapshot>();
const sharer = new WorkSharer<SharedSearch>(({ snapshot, task }) => {
  const known = snapshots.get(snapshot);
  return known && doPartsForAnother(task, known);
}, sharedFromMs);
const searcher = new SnapshotSearcher(archive.info.timezone, sharer);

function run(snapshot: Snapshot, task: SearchTask): unknown {
  switch (task.kind) {
    case "search":
      return searcher.search(snapshot, task.request, task.encoded);
    case "article":
      return searcher.article(snapshot, task.id);
    case "similar":
      return searcher.similar(snapshot, task.id, task.options);
    case "compare":
      return searcher.compare(snapshot, task.id, task.encoded);
  }
}

function answer(name: string, task: SearchTask): Finished {
  const before = process.threadCpuUsage();
  const answered = toAnswer(() => {
    const snapshot = snapshots.get(name);
    if (snapshot === undefined) throw new Error(`snapshot ${name} has not been sent`);
    return run(snapshot, task);
  });
  const { user, system } = process.threadCpuUsage(before);
  return { ...answered, cpuMs: (user + system) / 1000, sharableMs: sharer.takeSharableMs() };
}

// There under --max-memory; see bin/node.mjs.
const collect = (): void => globalThis.gc?.();

port.on("message", (message: ToThread) => {
  switch (message.kind) {
    case "snapshot":
      snapshots.set(message.name, archive.attach(message.data as SnapshotData));
      return;
    case "forget":
      snapshots.get(message.name)?.[Symbol.dispose]();
      snapshots.delete(message.name);
      return;
    case "meet":
      sharer.meet(message.seat, message.link);
      return;
    case "task":
      port.postMessage(answer(message.snapshot, message.task));
      return;
    case "trim":
      searcher.trim();
      archive.trim();
      collect();
      return;
    case "collect":
      collect();
      return;
    case "close":
      sharer.close();
      archive.close();
      port.close();
      return;
  }
});

// All code is loaded by now. It is kept compiled, so that the thread that replaces this one needs no type stripper.
flushCompileCache();
port.postMessage({ kind: "ready" } satisfies FromThread);
