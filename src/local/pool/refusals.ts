import { AppError } from "../../errors.ts";

/** No more tasks may wait. @param waitMs about how long those that were accepted take */
export const toFull = (maxWaiting: number, waitMs: number): AppError =>
  new AppError(
    "unavailable",
    `Too much is asked at the same time: ${maxWaiting} searches wait already. Try again soon.`,
    {
      retryAfterS: Math.min(60, Math.max(1, Math.ceil(waitMs / 1000))),
      remedy: { code: "set-option", option: "search-queue", does: "lets more wait" },
    },
  );

/** A thread has ended with its task. */
export function toCrash(error: Error): AppError {
  const isOutOfMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
  const message = isOutOfMemory
    ? "The search needed more memory than a search thread may use. Ask for fewer hits or a narrower range of days."
    : "The thread of the search has ended before its time; another takes its place. Try again.";
  return new AppError("unavailable", message, {
    cause: error,
    retryAfterS: 1,
    ...(isOutOfMemory && {
      remedy: { code: "set-option", option: "max-memory", does: "gives threads more, where it is larger" },
    }),
  });
}
