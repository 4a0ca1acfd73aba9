import { isUtf8 } from "node:buffer";
import type { Dispatcher } from "undici";
import { AppError, isSystemError } from "../errors.ts";
import { createAllowList } from "./allow-list.ts";
import { type Clock, MACHINE_CLOCK } from "./clock.ts";
import type { Fetched, Fetcher, FetchOptions } from "./fetcher.ts";
import { createGuardedAgent } from "./guarded-agent.ts";
import { HostPace } from "./host-pace.ts";
import { dropBody, readBody, tooLarge } from "./read-body.ts";
import { type Resolve, resolveByMachine } from "./vet-host.ts";

export interface FetcherOptions {
  /** What requests say of who asks, with an address. */
  readonly userAgent: string;
  /** Names, addresses and ranges that may be asked although they are not public; see {@link createAllowList}. */
  readonly allow?: readonly string[] | undefined;
  /** For one request with its redirects, until its body has been read. Default 20 s. */
  readonly timeoutMs?: number | undefined;
  /** Default 15 MB, packed and unpacked alike. */
  readonly maxBytes?: number | undefined;
  /** Between two requests to a host. Default 2 s. */
  readonly gapMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly resolve?: Resolve | undefined;
}

export const DEFAULT_TIMEOUT_MS = 20_000;
export const DEFAULT_MAX_BYTES = 15 * 2 ** 20;
const MAX_REDIRECTS = 5;
const MAX_URL_LENGTH = 8192;

/** Asks politely and safely: see docs/SOURCES.md. No cookies, no Referer, nothing added to the address. */
export function createFetcher(options: FetcherOptions): Fetcher {
  const { userAgent, allow = [], timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const agent = createGuardedAgent({ allowed: createAllowList(allow), resolve: options.resolve ?? resolveByMachine });
  const pace = new HostPace(options.clock ?? MACHINE_CLOCK, options.gapMs);

  const ask = async (url: URL, { validators, accept }: FetchOptions, signal: AbortSignal): Promise<Answer> => {
    const response = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: "GET",
      headers: {
        "user-agent": userAgent,
        accept: accept ?? "*/*",
        "accept-encoding": "gzip, deflate, br",
        ...(validators?.etag !== undefined && { "if-none-match": validators.etag }),
        ...(validators?.lastModified !== undefined && { "if-modified-since": validators.lastModified }),
      },
      signal,
    });
    const { statusCode: status, body } = response;
    const headers = firstOfEach(response.headers);
    const location = isRedirect(status) ? toUtf8(headers.location) : undefined;
    if (location !== undefined || status === 304) {
      await body.dump({ limit: 65_536, signal });
      return { status, headers, body: Buffer.alloc(0), location };
    }
    const limits = { maxBytes, url: url.href };
    if (Number(headers["content-length"] ?? 0) > maxBytes) {
      dropBody(body);
      throw tooLarge(limits);
    }
    return { status, headers, body: await readBody(body, headers["content-encoding"], limits), location };
  };

  const get = async (address: string, given: FetchOptions = {}): Promise<Fetched> => {
    let url = parseAddress(address);
    let movedTo: string | undefined;
    let isPermanent = true;
    for (let hop = 0; ; hop++) {
      const here = url;
      const answer = await pace.run(here.hostname, given.signal, async () => {
        const timeout = AbortSignal.timeout(timeoutMs);
        const signal = given.signal === undefined ? timeout : AbortSignal.any([given.signal, timeout]);
        try {
          return await ask(here, given, signal);
        } catch (error) {
          given.signal?.throwIfAborted();
          throw toFetchError(error, here.href, timeout.aborted ? timeoutMs : undefined);
        }
      });
      const { status, headers, body, location } = answer;
      if (location === undefined) return { status, url: here.href, movedTo, headers, body };
      if (hop === MAX_REDIRECTS) {
        throw new AppError(
          "fetch-failed",
          `${address} redirects more than ${MAX_REDIRECTS} times, last to ${location}.`,
        );
      }
      url = parseAddress(location, here);
      isPermanent &&= status === 301 || status === 308;
      movedTo = isPermanent ? url.href : undefined;
    }
  };
  return { get, close: () => agent.close() };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Of a redirect. */
  readonly location: string | undefined;
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

/** @throws AppError `fetch-refused` */
export function parseAddress(text: string, base?: URL): URL {
  const from = base === undefined ? "" : ` (a redirect of ${base.href})`;
  const url = text.length > MAX_URL_LENGTH ? null : URL.parse(text, base?.href);
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  if (url === null) throw new AppError("fetch-refused", `${JSON.stringify(shown)} is no address${from}.`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new AppError("fetch-refused", `${shown}${from} begins with ${url.protocol}; http: and https: are fetched.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new AppError("fetch-refused", `${url.host}${from} is named with a user or a password, which is not sent.`);
  }
  url.hash = "";
  return url;
}

/** A header whose bytes are UTF-8 is meant so: addresses with Chinese in them are sent as they are. */
function toUtf8(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "latin1");
  return isUtf8(bytes) ? bytes.toString() : text;
}

export function firstOfEach(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const first: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? (name === "link" ? value.join(", ") : value[0]) : value;
    if (text !== undefined) first[name] = text;
  }
  return first;
}

/** What went wrong, in words; the guard's own refusals pass through. */
export function toFetchError(error: unknown, url: string, timedOutAfterMs: number | undefined): AppError {
  if (error instanceof AppError) return error;
  if (timedOutAfterMs !== undefined) {
    return new AppError("fetch-failed", `${url} gave no whole answer within ${timedOutAfterMs / 1000} s.`, {
      cause: error,
      remedy: { code: "set-option", option: "fetch-timeout", does: "sets how long to wait" },
    });
  }
  return new AppError("fetch-failed", `${url} ${describe(error)}.`, { cause: error });
}

/** What the codes of undici's errors say of a server. */
const OF_UNDICI: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: "could not be connected to in time",
  UND_ERR_HEADERS_OVERFLOW: "sent more headers than are read",
  UND_ERR_SOCKET: "broke off its answer",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "broke off its answer",
};

function describe(error: unknown): string {
  const code = isSystemError(error) ? (error.code ?? "") : "";
  const words = code.startsWith("HPE_") ? "did not answer in HTTP" : OF_UNDICI[code];
  if (words !== undefined) return words;
  if (isSystemError(error, "ECONNREFUSED")) return "does not accept connections";
  if (isSystemError(error, "ECONNRESET", "EPIPE")) return "broke off its answer";
  if (isSystemError(error, "EHOSTUNREACH", "ENETUNREACH")) return "cannot be reached from this machine";
  if (isSystemError(error) && /CERT|TLS|SSL|VERIFY/.test(error.code ?? ""))
    return `has a certificate that is not trusted (${error.code})`;
  return `could not be fetched: ${error instanceof Error ? error.message : String(error)}`;
}
