import type { EncodedQuery } from "../../archive/encoded-query.ts";
import type { SearchRequest, SimilarOptions } from "../../archive/request.ts";
import { AppError, type ErrorCode } from "../../errors.ts";

/** What the pool and its threads say to each other. A thread has one task at a time, and answers each. */

export type SearchTask =
  | { readonly kind: "search"; readonly request: SearchRequest; readonly encoded: EncodedQuery }
  | { readonly kind: "article"; readonly id: string }
  | { readonly kind: "similar"; readonly id: string; readonly options: SimilarOptions }
  | { readonly kind: "compare"; readonly id: string; readonly encoded: EncodedQuery };

export type ToThread =
  /** A state of the archive that tasks will name, to be kept until it is to be forgotten. */
  | { readonly kind: "state"; readonly name: string; readonly data: unknown }
  | { readonly kind: "forget"; readonly name: string }
  | { readonly kind: "task"; readonly state: string; readonly task: SearchTask }
  /** Give back what only makes the next task faster. */
  | { readonly kind: "trim" }
  | { readonly kind: "close" };

export type FromThread =
  | { readonly kind: "done"; readonly value: unknown }
  | { readonly kind: "failed"; readonly error: PostedError };

/** An error as it crosses between threads, where classes get lost. */
export interface PostedError {
  readonly message: string;
  readonly stack: string | undefined;
  /** Of an AppError; undefined for a defect. */
  readonly code: ErrorCode | undefined;
  readonly retryAfterS: number | undefined;
}

export function toPostedError(error: unknown): PostedError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const { code, retryAfterS } = error instanceof AppError ? error : {};
  return { message, stack, code, retryAfterS };
}

export function fromPostedError({ message, stack, code, retryAfterS }: PostedError): Error {
  const error =
    code === undefined
      ? new Error(message)
      : new AppError(code, message, retryAfterS === undefined ? {} : { retryAfterS });
  // Where it happened, not where it arrived.
  if (stack !== undefined) error.stack = stack;
  return error;
}
