import type { Backend } from "../api/context.ts";
import { AppError } from "../errors.ts";
import type { OnError } from "./open-backend.ts";
import type { ServedBackend } from "./open-served.ts";

export interface MendingOptions {
  /** Opens what lies in the archive's place now. */
  readonly reopen: () => Promise<ServedBackend>;
  readonly onError: OnError;
  /** How often it is looked whether it is still the same archive. Default {@link LOOK_EVERY_MS}. */
  readonly lookEveryMs?: number | undefined;
}

/** Default of {@link MendingOptions.lookEveryMs}. */
const LOOK_EVERY_MS = 2000;

/**
 * A backend that opens its archive anew where another one has been put in its place, such as a backup. What was accepted is finished
 * with the old one first; until the new one is open, requests are told to come again.
 */
export function mendBackend(first: ServedBackend, options: MendingOptions): ServedBackend {
  const { reopen, onError, lookEveryMs = LOOK_EVERY_MS } = options;
  let current: ServedBackend | undefined = first;
  let isClosed = false;
  let mending: Promise<void> | undefined;

  const opened = (): ServedBackend => {
    if (current !== undefined) return current;
    throw new AppError("unavailable", "The archive is being opened; try again in a second.", { retryAfterS: 1 });
  };
  const mend = async (): Promise<void> => {
    const state = await current?.archive.inspect?.().catch(() => undefined);
    if (isClosed || (current !== undefined && state !== "replaced")) return;
    const old = current;
    current = undefined;
    try {
      await old?.[Symbol.asyncDispose]();
      const next = await reopen();
      if (isClosed) await next[Symbol.asyncDispose]();
      else current = next;
    } catch (error) {
      // It may be half copied; the next look tries again.
      onError(error, "opening the archive that lies in the place of the one that was served");
    }
  };
  const timer = setInterval(() => {
    mending ??= mend().finally(() => {
      mending = undefined;
    });
  }, lookEveryMs);
  timer.unref();

  return {
    get search(): Backend["search"] {
      return opened().search;
    },
    get archive(): Backend["archive"] {
      return opened().archive;
    },
    get encoder(): Backend["encoder"] {
      return opened().encoder;
    },
    memory: () => current?.memory?.(),
    [Symbol.asyncDispose]: async () => {
      isClosed = true;
      clearInterval(timer);
      await mending;
      await current?.[Symbol.asyncDispose]();
    },
  };
}
