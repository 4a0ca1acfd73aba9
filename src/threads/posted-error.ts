import { AppError, type ErrorCode, isSystemError, type Remedy } from "../errors.ts";

/** An error as it crosses between threads, where classes get lost. */
export interface PostedError {
  readonly message: string;
  readonly stack: string | undefined;
  /** Code of an AppError; undefined for a defect. */
  readonly code: ErrorCode | undefined;
  /** Code of an error of the system: ENOSPC and others. */
  readonly systemCode: string | undefined;
  readonly retryAfterS: number | undefined;
  readonly remedy: Remedy | undefined;
}

export function toPostedError(error: unknown): PostedError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const { code, retryAfterS, remedy } = error instanceof AppError ? error : {};
  const systemCode = code === undefined && isSystemError(error) ? error.code : undefined;
  return { message, stack, code, systemCode, retryAfterS, remedy };
}

export function fromPostedError({ message, stack, code, systemCode, retryAfterS, remedy }: PostedError): Error {
  const error =
    code === undefined
      ? Object.assign(new Error(message), systemCode === undefined ? {} : { code: systemCode })
      : new AppError(code, message, {
          ...(retryAfterS !== undefined && { retryAfterS }),
          ...(remedy !== undefined && { remedy }),
        });
  // Where it happened, not where it arrived.
  if (stack !== undefined) error.stack = stack;
  return error;
}
