import { setTimeout as delay } from "node:timers/promises";

/** One exchange of JSON over a connection that is kept open. */

export interface HttpRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly body?: unknown;
  readonly token?: string | undefined;
}

export interface Patience {
  /** Time that one attempt may take. */
  readonly timeoutMs: number;
  /** First one included. */
  readonly attempts: number;
  /** Longest pause between two attempts; a server that asks for more is given up. */
  readonly maxPauseMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The server did not answer, or could not: another attempt may succeed. */
export class UnansweredError extends Error {
  override readonly name = "UnansweredError";
}

/** The server understood and refused: the same request would be refused again. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const FIRST_PAUSE_MS = 100;
const MAX_SHOWN = 200;

/**
 * Sends a request and reads the JSON of the reply; failures that may pass (no connection, timeout, 429, 5xx) are tried again
 * after pauses that double and vary, or after the time that Retry-After names.
 * @throws UnansweredError, RefusedError; the signal's reason when aborted.
 */
export async function exchangeJson(request: HttpRequest, patience: Patience): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const { reply, error, retryAfterMs } = await attemptOnce(request, patience);
    if (error === undefined) return reply;
    // A pause between half and one and a half: clients that failed together do not come back together.
    const pauseMs = retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
    if (!(error instanceof UnansweredError) || attempt >= patience.attempts || pauseMs > patience.maxPauseMs)
      throw error;
    await delay(pauseMs, undefined, patience.signal === undefined ? {} : { signal: patience.signal });
  }
}

interface Outcome {
  readonly reply?: unknown;
  readonly error?: Error;
  readonly retryAfterMs?: number | undefined;
}

async function attemptOnce({ url, method, body, token }: HttpRequest, patience: Patience): Promise<Outcome> {
  const timeout = AbortSignal.timeout(patience.timeoutMs);
  const { signal } = patience;
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    const text = await response.text();
    if (response.ok) return { reply: JSON.parse(text) };
    const message = `${method} ${url} was answered with ${response.status}: ${text.slice(0, MAX_SHOWN)}`;
    if (response.status === 429 || response.status >= 500) {
      const retryAfterS = Number(response.headers.get("retry-after") ?? NaN);
      return {
        error: new UnansweredError(message),
        retryAfterMs: Number.isFinite(retryAfterS) ? retryAfterS * 1000 : undefined,
      };
    }
    return { error: new RefusedError(response.status, message) };
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted) {
      return { error: new UnansweredError(`${method} ${url} was not answered within ${patience.timeoutMs} ms`) };
    }
    if (error instanceof SyntaxError) {
      return { error: new RefusedError(200, `${method} ${url} was answered with something that is not JSON`) };
    }
    return { error: new UnansweredError(`${method} ${url} failed: ${causeOf(error)}`, { cause: error }) };
  }
}

/** fetch hides what happened one level down. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return "code" in cause && cause.message === "" ? String(cause.code) : cause.message;
  return error.message;
}
