import type { FastifyError, FastifySchemaValidationError } from "fastify";
import { AppError, ERROR_KINDS, type ErrorCode, wordError } from "../errors.ts";
import { isDeeper } from "./is-deeper.ts";
import { nodeHttp } from "./node-http.ts";
import { ParameterError } from "./parameter-error.ts";
import { HTTP_REMEDIES } from "./remedy-words.ts";

/** How a failed request is answered: the one place where errors become HTTP. */
export interface Failure {
  readonly status: number;
  readonly code: ErrorCode;
  /** Fit for strangers. */
  readonly message: string;
  readonly retryAfterS: number | undefined;
  /** A defect or a broken machine: to be logged with its cause. */
  readonly unexpected: boolean;
}

/** Seconds after which a client may try again, where the error does not say. */
const DEFAULT_RETRY_AFTER_S = 5;

const WITHHELD = "Something went wrong on the server. The log has more under this request id.";

/** What a stranger may know of errors whose messages name a folder, an address or a process of the server. */
const GENERAL: Readonly<Partial<Record<ErrorCode, string>>> = {
  "archive-missing": "The server has no archive yet.",
  "archive-locked": "Another process is writing to the archive; try again.",
  "archive-version": "The archive was made by another version of the program than the server runs.",
  "encoder-mismatch": "The archive was made with another encoder than the server uses.",
  "encoder-unavailable": "The encoder cannot be used at present.",
  "disk-full": "The server's disk is full.",
};

/** Reads any thrown value. Messages of errors that are not public stay in the log. */
export function toFailure(error: unknown): Failure {
  const known = error instanceof AppError ? error : fromFramework(error);
  const code = known?.code ?? "internal";
  const kind = ERROR_KINDS[code];
  const status = error instanceof AppError ? kind.status : (frameworkStatus(error) ?? kind.status);
  const waits = kind.status === 429 || kind.status === 503;
  return {
    status,
    code,
    message: toMessage(known, code, status),
    retryAfterS: known?.retryAfterS ?? (waits ? DEFAULT_RETRY_AFTER_S : undefined),
    unexpected: known === undefined || !kind.public,
  };
}

function toMessage(known: AppError | undefined, code: ErrorCode, status: number): string {
  if (known === undefined || !ERROR_KINDS[code].public) return GENERAL[code] ?? WITHHELD;
  const message = wordError(known, HTTP_REMEDIES);
  // What is wrong with the server is told by whatever failed there, which may know folders.
  return status >= 500 ? message.replace(FOLDER, "$1…") : message;
}

/** A path from the root of a machine, of two names at least. */
const FOLDER = /(^|[\s"'“(:=])(?:(?:\/[^\s"'”,;:()/]+){2,}\/?|[A-Za-z]:\\[^\s"'”]+)/g;

/** The framework's own refusals (body too large, broken JSON, unknown media type) are the client's to mend. */
function fromFramework(error: unknown): AppError | undefined {
  const status = frameworkStatus(error);
  if (status === undefined || !(error instanceof Error)) return undefined;
  if (status === 413)
    return new AppError("payload-too-large", "The body is larger than the server takes; send less at once.");
  if (status === 503) return new AppError("unavailable", "The server is going down; try again.", { retryAfterS: 1 });
  if (status === 415)
    return new AppError("invalid-request", "Send JSON, with the header Content-Type: application/json.");
  return new AppError("invalid-request", error.message);
}

function frameworkStatus(error: unknown): number | undefined {
  const status = (error as Partial<FastifyError> | undefined)?.statusCode;
  const code = (error as Partial<FastifyError> | undefined)?.code;
  if (status === undefined || code === undefined || nodeHttp.STATUS_CODES[status] === undefined) return undefined;
  return (status >= 400 && status < 500) || status === 503 ? status : undefined;
}

/** Characters of a value that are shown, which begins with no more brackets. */
const MAX_SHOWN = 60;

/** Turns schema violations into a message that names the parameter, what was wanted and what came. */
export function toValidationError(violations: readonly FastifySchemaValidationError[], where: string): AppError {
  const [first, ...others] = findNearest(violations);
  if (first === undefined) return new AppError("invalid-request", `The ${where} of the request is not valid.`);
  const path = first.instancePath.split("/").slice(1);
  const param = path[0] ?? (first.params.missingProperty as string | undefined) ?? where;
  const message = `${path.join(".") || where} ${wanted([first, ...others])}${got(first)}.`;
  return new ParameterError("invalid-request", param, message);
}

/**
 * Where a value may be of several kinds there is a violation of each: those at the place that was reached last say what is wrong in the
 * kind that it comes nearest to.
 */
function findNearest(violations: readonly FastifySchemaValidationError[]): readonly FastifySchemaValidationError[] {
  const [furthest] = violations.toSorted((a, b) => comparePlaces(b.instancePath, a.instancePath));
  const there = violations.filter(({ instancePath }) => instancePath === furthest?.instancePath);
  const others = there.filter(({ keyword }) => keyword !== "type" && keyword !== "anyOf");
  return others.length > 0 ? others : there.filter(({ keyword }) => keyword === "type" || there.length === 1);
}

/** Deeper ones, and of one list later ones, come after others. */
function comparePlaces(a: string, b: string): number {
  const [as, bs] = [a.split("/"), b.split("/")];
  const differing = as.findIndex((part, index) => part !== bs[index]);
  return as.length - bs.length || Number(as[differing] ?? 0) - Number(bs[differing] ?? 0);
}

/** What came; of an object not what is in it, since defaults have been put there that nobody sent. */
function got(violation: FastifySchemaValidationError): string {
  if (!("data" in violation)) return "";
  const { data, keyword } = violation;
  if (typeof data !== "object" || data === null || Array.isArray(data)) return `, got ${shown(data)}`;
  return keyword === "type" ? ", got an object" : "";
}

function wanted([first, ...others]: readonly FastifySchemaValidationError[]): string {
  if (first === undefined) return "is not valid";
  const { keyword, params, message } = first;
  if (keyword === "type" && others.length > 0)
    return `must be ${[...new Set([first, ...others].map((one) => one.params.type))].join(" or ")}`;
  if (keyword === "enum" && Array.isArray(params.allowedValues))
    return `must be one of ${params.allowedValues.join(", ")}`;
  if (keyword === "format" && params.format === "date") return "must be a day, YYYY-MM-DD";
  return message ?? "is not valid";
}

function shown(value: unknown): string {
  if (isDeeper(value, MAX_SHOWN)) return "lists and objects nested deeply";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
