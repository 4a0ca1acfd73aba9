import type { ApiErrorCode } from "./api-types.ts";

/** Why a request failed. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  /**
   * What the server says; `unreachable`: there was no answer; `unreadable`: the answer is none of this API's; `list-cut`: more hits follow
   * than a search lists.
   */
  readonly code: ApiErrorCode | "unreachable" | "unreadable" | "list-cut";
  /** Of HTTP; 0 where there was no answer, or nothing was asked. */
  readonly status: number;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  /** After how long the server says that trying again makes sense. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    details: Pick<ClientError, "code" | "status"> & Partial<Pick<ClientError, "requestId" | "retryAfterMs">>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = details.code;
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** A moment in HTTP, such as `Sun, 06 Nov 1994 08:49:37 GMT`. */
const HTTP_DATE = /^\w{3,9}, \d.* GMT$/;

/** What `Retry-After` says, in seconds or as a date; undefined for anything else. */
function readRetryAfter(header: string): number | undefined {
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  return HTTP_DATE.test(header) ? Math.max(0, Date.parse(header) - Date.now()) : undefined;
}

/** The error that a reply tells. */
export async function toClientError(response: Response): Promise<ClientError> {
  const { status, headers } = response;
  const retryAfterMs = readRetryAfter(headers.get("retry-after") ?? "");
  const told: unknown = await response.json().catch(() => undefined);
  const { code, message, requestId } = (told ?? {}) as Partial<Record<string, unknown>>;
  if (typeof code !== "string" || typeof message !== "string") {
    return new ClientError(`The server answered with status ${status}.`, { code: "unreadable", status, retryAfterMs });
  }
  // Whatever code a later server may send, it is one for the program to compare.
  return new ClientError(message, {
    code: code as ApiErrorCode,
    status,
    retryAfterMs,
    requestId: typeof requestId === "string" ? requestId : undefined,
  });
}
