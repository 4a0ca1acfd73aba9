import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { AppError } from "../../src/errors.ts";
import type { FromThread, SearchTask, ToThread } from "../../src/local/pool/messages.ts";
import { SearchPool, type SearchPoolOptions } from "../../src/local/pool/pool.ts";
import type { ThreadEvents } from "../../src/threads/start-thread.ts";

/** A thread that does what the test says, when it says so. */
export interface FakeThread extends ThreadEvents<FromThread> {
  readonly posted: ToThread[];
  isOver: boolean;
}

/** A pool whose threads do what the test says, and what it holds. */
export function createFakes(options: Partial<SearchPoolOptions> = {}) {
  const threads: FakeThread[] = [];
  const held: string[] = [];
  const crashes: Error[] = [];
  const archive = { snapshot: "c1" };
  const pool = new SearchPool({
    info: { timezone: "UTC" },
    threads: 1,
    maxWaiting: 10,
    startThread: (events) => {
      const thread: FakeThread = { ...events, posted: [], isOver: false };
      threads.push(thread);
      return {
        post: (message) => {
          thread.posted.push(message);
          if (message.kind !== "close") return;
          thread.isOver = true;
          setImmediate(() => events.onEnd(undefined));
        },
        terminate: async () => {
          thread.isOver = true;
          setImmediate(() => events.onEnd(undefined));
        },
      };
    },
    borrowSnapshot: async () => {
      const name = archive.snapshot;
      held.push(name);
      return { data: { name }, [Symbol.dispose]: () => held.splice(held.indexOf(name), 1) };
    },
    onCrash: (error) => crashes.push(error),
    ...options,
  });
  return { pool, threads, held, crashes, archive };
}

export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
export const tasksOf = ({ posted }: FakeThread): SearchTask[] =>
  posted.flatMap((message) => (message.kind === "task" ? [message.task] : []));
/** A pool whose first thread is ready: it has answered once, and what was posted to it is forgotten. */
export async function createStarted(options: Partial<SearchPoolOptions> = {}) {
  const fakes = createFakes(options);
  const { pool, threads } = fakes;
  const found = search(pool);
  await settle();
  threads[0]?.onMessage({ kind: "ready" });
  done(threads[0]);
  await found;
  threads[0]?.posted.splice(0);
  return fakes;
}

export const idsOf = (thread: FakeThread): string[] =>
  tasksOf(thread).map((task) => ("id" in task ? task.id : "search"));
export const done = (thread: FakeThread | undefined, value: unknown = "found"): void =>
  thread?.onMessage({ kind: "done", value });
export const search = (pool: SearchPool, signal?: AbortSignal) => pool.search(PLAIN_REQUEST, {}, { signal });
export const optionOf = (error: unknown): string | undefined =>
  error instanceof AppError && error.remedy?.code === "set-option" ? error.remedy.option : undefined;

export const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === "unavailable";
