import { AppError } from "../../errors.ts";
import type { BorrowedWriter } from "../write/shared-writer.ts";

/** An archive whose waiting articles can be encoded; whoever opens the writer may share it with others. */
interface Fillable {
  /** Articles that were stored while the encoder was away and have no vector yet. */
  unencodedCount(): number;
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
