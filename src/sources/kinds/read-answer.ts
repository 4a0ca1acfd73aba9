import { AppError } from "../../errors.ts";
import { type Fetched, isOk } from "../../fetch/fetcher.ts";
import { type DocumentKinds, readDocumentHere } from "../documents/read-document.ts";
import { retryAfterS } from "../http-waits.ts";
import type { CheckContext } from "../source.ts";

/** What statuses mean for whoever follows the place. */
const MEANINGS: Readonly<Record<number, string>> = {
  401: "it wants a password, which is not sent",
  402: "it wants to be paid",
  403: "it does not let this program in; perhaps its operator does when asked",
  404: "there is nothing at this address any more; look for its new one on the site",
  406: "it has nothing of the kind that is read",
  410: "it is gone for good",
  429: "it was asked too often; it is left alone for a while",
  451: "it may not show it for legal reasons",
  503: "it is out of order or overloaded for now",
};

/** @throws AppError `fetch-failed` for an answer without what was asked for, in words */
export function assertOk(answer: Fetched, nowMs: number): void {
  if (isOk(answer)) return;
  const { status, url, headers } = answer;
  const meaning = MEANINGS[status] ?? (status >= 500 ? "it is out of order for now" : "nothing came");
  const wait = retryAfterS(headers, nowMs);
  throw new AppError("fetch-failed", `${url} answered ${status}: ${meaning}.`, {
    ...(wait !== undefined && { retryAfterS: wait }),
  });
}

/** What the document of an answer holds; undefined where it is none of that kind. */
export const readSent = <Kind extends keyof DocumentKinds>(
  kind: Kind,
  { body, headers, url }: Fetched,
  { readDocument = readDocumentHere }: Pick<CheckContext, "readDocument">,
): Promise<DocumentKinds[Kind]> => readDocument(kind, { bytes: body, contentType: headers["content-type"], url });

/** What an answer said of itself that is to be sent along next time. */
export function toValidators({ headers }: Fetched): Record<string, string> {
  const { etag, "last-modified": lastModified } = headers;
  return { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) };
}
