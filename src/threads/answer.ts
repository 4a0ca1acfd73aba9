import { type PostedError, toPostedError } from "./posted-error.ts";

/** What a thread says when it has finished what it was asked. */
export type Answer<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly error: PostedError };

/** Does what was asked and makes an answer of what comes of it; never throws. */
export function toAnswer<T>(work: () => T): Answer<T> {
  try {
    return { kind: "done", value: work() };
  } catch (error) {
    return toFailure(error);
  }
}

/** {@link toAnswer} of work that takes its time; never rejects. */
export async function toLaterAnswer<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { kind: "done", value: await work() };
  } catch (error) {
    return toFailure(error);
  }
}

const toFailure = (error: unknown): Answer<never> => ({ kind: "failed", error: toPostedError(error) });
