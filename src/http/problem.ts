import type { ErrorCode } from "../errors.ts";
import { nodeHttp } from "./node-http.ts";

/** Media type of every failure that programs are told of: problem details (RFC 9457). */
export const PROBLEM_TYPE = "application/problem+json";

/** A failure as problem details; `code` and `message` are what programs read before there were any, and stay. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly requestId: string;
  /** Where the code is explained; `about:blank` where nothing does. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** The message under the name of the standard. */
  readonly detail: string;
}

/** Where a page explains the code. */
export const toErrorAnchor = (code: ErrorCode): string => `error-${code}`;

/** @param docs address of the page that explains codes, where there is one */
export function toProblem(
  { code, message, status }: Pick<Problem, "code" | "message" | "status">,
  requestId: string,
  docs?: string,
): Problem {
  // What nothing explains has the words of its status for a title, by the standard.
  const words = docs === undefined ? (nodeHttp.STATUS_CODES[status] ?? code) : code.replaceAll("-", " ");
  return {
    code,
    message,
    requestId,
    type: docs === undefined ? "about:blank" : `${docs}#${toErrorAnchor(code)}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status,
    detail: message,
  };
}
