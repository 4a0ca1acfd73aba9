import { AppError, type ErrorCode, type Remedy } from "../errors.ts";

/** An error as it crosses between threads, where classes get lost. */
export interface PostedError {
  readonly message: string;
  readonly stack: string | undefined;
  /** Code of an AppError; undefined for a defect. */
  readonly code: ErrorCode | undefined;
  readonly retryAfterS: number | undefined;
  readonly remedy: Remedy | undefined;
}

export function toPostedError(error: unknown): PostedError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const { code, retryAfterS, remedy } = error instanceof AppError ? error : {};
  return { message, stack, code, retryAfterS, remedy };
}

export function fromPostedError({ message, stack, code, retryAfterS, remedy }: PostedError): Error {
  const error =
    code === undefined
      ? new Error(message)
      : new AppError(code, message, {
          ...(retryAfterS !== undefined && { retryAfterS }),
          ...(remedy !== undefined && { remedy }),
        });
  // Where it happened, not where it arrived.
  if (stack !== undefined) error.stack = stack;
  return error;
}
