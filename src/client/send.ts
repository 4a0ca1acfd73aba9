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

/**
 * Sends a request, again where the server is busy or not reached. All requests of this API may be sent twice: an article that is put
 * again is the same, and one that is removed stays so.
 * @throws ClientError
 */
export async function send({ method = "GET", url, body, signal }: Sent, options: ClientOptions): Promise<Response> {
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
    const answer = await tryOnce(options.fetch ?? fetch, url, request);
    if (answer instanceof Response) return answer;
    // A little by chance, so that many who were refused together do not come back together.
    const ownMs = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
    const pauseMs = answer.retryAfterMs ?? ownMs;
    const isWorthIt = answer.code === "unreachable" || isBusy(answer);
    if (!isWorthIt || attempt >= retries || pauseMs > maxPauseMs) throw answer;
    await pause(pauseMs, signal);
  }
}

async function tryOnce(fetchOnce: typeof fetch, url: URL, request: RequestInit): Promise<Response | ClientError> {
  try {
    const response = await fetchOnce(url, request);
    return response.ok ? response : await toClientError(response);
  } catch (cause) {
    request.signal?.throwIfAborted();
    return new ClientError(`${url.origin} cannot be reached.`, { code: "unreachable", status: 0 }, { cause });
  }
}

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
