import { createAllowList } from "./allow-list.ts";
import { DEFAULT_TIMEOUT_MS, firstOfEach, parseAddress, toFetchError } from "./create-fetcher.ts";
import { createGuardedAgent } from "./guarded-agent.ts";
import { dropBody } from "./read-body.ts";
import { type Resolve, resolveByMachine } from "./vet-host.ts";

/** Tells programs elsewhere something, through the same vetted connections as everything that is fetched. */
export interface Poster {
  /**
   * Posts a body once. Redirects are not followed, and of the answer the head alone is read.
   * @throws AppError `fetch-refused` for what is not asked at all, `fetch-failed` for what gave no answer
   */
  post(url: string, request: PostRequest): Promise<Posted>;
  close(): Promise<void>;
}

export interface PostRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Posted {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface PosterOptions {
  readonly userAgent: string;
  /** Names, addresses and ranges that may be asked although they are not public; see {@link createAllowList}. */
  readonly allow?: readonly string[] | undefined;
  /** Until the answer begins. Default 20 s. */
  readonly timeoutMs?: number | undefined;
  readonly resolve?: Resolve | undefined;
}

export function createPoster(options: PosterOptions): Poster {
  const { userAgent, allow = [], timeoutMs = DEFAULT_TIMEOUT_MS, resolve = resolveByMachine } = options;
  const agent = createGuardedAgent({ allowed: createAllowList(allow), resolve });
  return {
    async post(address, { headers, body, signal: given }) {
      const url = parseAddress(address);
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = given === undefined ? timeout : AbortSignal.any([given, timeout]);
      try {
        const answer = await agent.request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: "POST",
          headers: { ...headers, "user-agent": userAgent },
          body,
          signal,
        });
        dropBody(answer.body);
        return { status: answer.statusCode, headers: firstOfEach(answer.headers) };
      } catch (error) {
        given?.throwIfAborted();
        throw toFetchError(error, url.origin, timeout.aborted ? timeoutMs : undefined);
      }
    },
    close: () => agent.close(),
  };
}
