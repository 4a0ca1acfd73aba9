import { statSync } from "node:fs";
import { READING_PARTS } from "../ingest/reading-parts.ts";
import { sourcesPath } from "../sources/store/sources-database.ts";
import { loadInTurns } from "../threads/load-in-turns.ts";
import type { FollowingOptions } from "./following.ts";
import type { OnError } from "./open-backend.ts";

export interface StartFollowingOptions extends FollowingOptions {
  readonly onError: OnError;
  /** How often it is looked whether anything is followed, and whether it is still the same file. Default 5 s. */
  readonly lookEveryMs?: number | undefined;
}

const LOOK_EVERY_MS = 5000;

interface Run {
  /** The file that was opened. */
  readonly file: number;
  readonly stop: AbortController;
  readonly over: Promise<void>;
}

/**
 * Checks what an archive follows, when its time has come, until it is disposed. Where nothing is followed, nothing is opened; where another
 * archive is put in the place of this one, such as a backup, what that one follows is checked from then on.
 */
export function startFollowing(options: StartFollowingOptions): AsyncDisposable {
  const { folder, onError, lookEveryMs = LOOK_EVERY_MS } = options;
  let current: Run | undefined;
  let changing: Promise<void> = Promise.resolve();
  const end = async (): Promise<void> => {
    current?.stop.abort();
    await current?.over;
    current = undefined;
  };
  const look = async (): Promise<void> => {
    const file = statSync(sourcesPath(folder), { throwIfNoEntry: false })?.ino;
    if (file === current?.file) return;
    await end();
    if (file === undefined) return;
    const stop = new AbortController();
    const over = run(options, stop.signal).catch((error: unknown) => onError(error, "following sources"));
    current = { file, stop, over };
  };
  const begin = (): void => {
    changing = changing.then(look).catch((error: unknown) => onError(error, "looking for what is followed"));
  };
  const timer = setInterval(begin, lookEveryMs);
  timer.unref();
  begin();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await changing;
      await end();
    },
  };
}

async function run(options: StartFollowingOptions, signal: AbortSignal): Promise<void> {
  // Loaded here: most archives follow nothing, and what reads feeds, pages and files of every kind takes 3 MB.
  await loadInTurns([...READING_PARTS, () => import("../sources/schedule.ts")]);
  const [{ openFollowing }, { runSchedule }] = await Promise.all([
    import("./following.ts"),
    import("../sources/schedule.ts"),
  ]);
  await using following = openFollowing(options);
  await runSchedule({ ...following, signal, onError: options.onError });
}
