import type { App } from "./app.ts";
import { AppError } from "./errors.ts";
import type { BorrowedWriter } from "./shared-writer.ts";

/** Of an app, what is needed; whoever opens the writer may share it with others. */
interface Fillable extends Pick<App, "unencodedCount"> {
  openWriter(): Promise<Pick<BorrowedWriter, "backfill" | "close">>;
}

const EVERY_MS = 30_000;

/**
 * Encodes, by and by, what was stored while the encoder was away, so that a server mends itself when the encoder is back.
 * It writes only when something waits, and lets any other writer go first. Dispose it to stop.
 */
export function fillInVectors(app: Fillable, onError: (error: unknown) => void, everyMs = EVERY_MS): AsyncDisposable {
  const stop = new AbortController();
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => fillIn(app, stop.signal)).catch(onError);
  }, everyMs);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      stop.abort();
      await running;
    },
  };
}

async function fillIn(app: Fillable, signal: AbortSignal): Promise<void> {
  if (signal.aborted || app.unencodedCount() === 0) return;
  try {
    const writer = await app.openWriter();
    try {
      await writer.backfill({ signal });
    } finally {
      await writer.close();
    }
  } catch (error) {
    // Another process writes: the next round looks again.
    if (!(error instanceof AppError && error.code === "archive-locked")) throw error;
  }
}
