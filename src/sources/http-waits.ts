import type { Fetched } from "../fetch/fetcher.ts";
import { MAX_RETRY_AFTER_MS } from "./next-check.ts";

type Headers = Fetched["headers"];

/** How long an answer may be used, by Cache-Control and Expires (RFC 9111); 0 where it does not say. */
export function freshForMs(headers: Headers, nowMs: number): number {
  const control = headers["cache-control"]?.toLowerCase() ?? "";
  if (/\bno-(?:cache|store)\b/.test(control)) return 0;
  const maxAge = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})/.exec(control)?.[1];
  if (maxAge !== undefined) return Math.max(0, (Number(maxAge) - Number(headers.age ?? 0)) * 1000) || 0;
  const expires = Date.parse(headers.expires ?? "");
  // By the clock that the server has: it may be wrong, the difference is right.
  const date = Date.parse(headers.date ?? "");
  return Number.isNaN(expires) ? 0 : Math.max(0, expires - (Number.isNaN(date) ? nowMs : date));
}

/** Retry-After in seconds, whichever way it is written; undefined where there is none. */
export function retryAfterS(headers: Headers, nowMs: number): number | undefined {
  const text = headers["retry-after"]?.trim() ?? "";
  const at = Date.parse(text);
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : Number.isNaN(at) ? undefined : (at - nowMs) / 1000;
  return seconds === undefined ? undefined : Math.min(Math.max(0, Math.ceil(seconds)), MAX_RETRY_AFTER_MS / 1000);
}
