import { ClientError, toClientError } from "./client-error.ts";

export interface ClientOptions {
  /** A token, where the server wants one. */
  readonly token?: string;
  /** Times that a request is sent again. Default 3; 0 for never. */
  readonly retries?: number;
  /** Longest pause before one is sent again; a server that wants a longer one fails the request. Default 30,000. */
  readonly maxPauseMs?: number;
  /** More headers of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends requests. Default: `fetch` of the platform. */
  readonly fetch?: typeof fetch;
}

export interface RequestOptions {
  /** Calls the request off. */
  readonly signal?: AbortSignal | undefined;
}

export interface Sent extends RequestOptions {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly url: URL;
  readonly body?: string | undefined;
}

const DEFAULT_RETRIES = 3;
const DEFAULT_MAX_PAUSE_MS = 30_000;
/** Of the first pause, where the server does not say; each one after it is twice as long. */
const FIRST_PAUSE_MS = 250;

/** The server has not done it, and will in a while. */
const isBusy = ({ status }: ClientError): boolean => status === 429 || status === 503;

/** The longest that a timer of JavaScript waits. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Of a reply without its body read. */
export const asIs = async (response: Response): Promise<Response> => response;

/**
 * Sends a request and reads its reply, again where the server is busy or not reached, or the reply breaks off. All requests of this API may be sent twice: an article that is put
 * again is the same, and one that is removed stays so.
 * @param read may throw a ClientError; what else it throws is a reply that broke off
 * @throws ClientError
 */
export async function send<T>(
  { method = "GET", url, body, signal }: Sent,
  options: ClientOptions,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { token, retries = DEFAULT_RETRIES, maxPauseMs = DEFAULT_MAX_PAUSE_MS } = options;
  const request = {
    method,
    headers: {
      ...options.headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body }),
    ...(signal !== undefined && { signal }),
  };
  for (let attempt = 0; ; attempt++) {
    const attempted = await tryOnce({ fetchOnce: options.fetch ?? fetch, url, request, read });
    if ("value" in attempted) return attempted.value;
    const { failure: answer } = attempted;
    // A little by chance, so that many who were refused together do not come back together.
    const ownMs = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
    const pauseMs = answer.retryAfterMs ?? ownMs;
    const isWorthIt = answer.code === "unreachable" || isBusy(answer);
    if (!isWorthIt || attempt >= retries || pauseMs > maxPauseMs) throw answer;
    await pause(pauseMs, signal);
  }
}

interface Attempt<T> {
  readonly fetchOnce: typeof fetch;
  readonly url: URL;
  readonly request: RequestInit;
  readonly read: (response: Response) => Promise<T>;
}

async function tryOnce<T>({
  fetchOnce,
  url,
  request,
  read,
}: Attempt<T>): Promise<{ readonly value: T } | { readonly failure: ClientError }> {
  let response: Response | undefined;
  try {
    response = await fetchOnce(url, request);
    return response.ok ? { value: await read(response) } : { failure: await toClientError(response) };
  } catch (error) {
    if (error instanceof ClientError) return { failure: error };
    request.signal?.throwIfAborted();
    return { failure: response === undefined ? toUnreachable(url, error) : toBrokenOff(url, error) };
  }
}

const toUnreachable = (url: URL, cause: unknown): ClientError =>
  new ClientError(`${url.origin} cannot be reached.`, { code: "unreachable", status: 0 }, { cause });

/** Of a reply whose end did not come. */
export const toBrokenOff = (url: URL, cause: unknown): ClientError =>
  new ClientError(`The reply of ${url.origin} broke off.`, { code: "unreachable", status: 0 }, { cause });

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      },
      Math.min(ms, MAX_TIMER_MS),
    );
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
