import type { FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";

/**
 * Whether a page of this very site sent a request. Browsers say so in headers that no script can set; what says nothing comes from no
 * browser of today.
 */
export function tellOrigin(
  { headers, host, protocol }: FastifyRequest,
  publicUrl: string | undefined,
): "own" | "foreign" | "unsaid" {
  const site = headers["sec-fetch-site"];
  // `none`: typed into the address bar, or a bookmark.
  if (site !== undefined) return site === "same-origin" || site === "none" ? "own" : "foreign";
  const { origin } = headers;
  if (origin === undefined) return "unsaid";
  const isOwn = origin === `${protocol}://${host}` || (publicUrl !== undefined && origin === new URL(publicUrl).origin);
  return isOwn ? "own" : "foreign";
}

/**
 * Stops what a page of somebody else makes a browser send with its reader's cookies: who changes something must show that it comes
 * from a page of this site.
 * @throws AppError `forbidden`
 */
export function refuseForeign(request: FastifyRequest, publicUrl: string | undefined): void {
  if (tellOrigin(request, publicUrl) === "own") return;
  throw new AppError(
    "forbidden",
    "This comes from another site, or from a program without a token: programs send the header `Authorization: Bearer TOKEN`.",
  );
}
