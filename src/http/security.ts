import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "../errors.ts";
import type { App } from "./app.ts";

/** Everything the pages use is served by the server itself; nothing inline runs. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
} as const;

export function addSecurityHeaders(app: App): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS).header("x-request-id", request.id);
  });
}

/** @throws AppError `unauthorized` unless `authorization` carries the token; takes the same time wherever they differ. */
export function requireToken(authorization: string | undefined, token: string | undefined): void {
  if (token === undefined) {
    throw new AppError(
      "unauthorized",
      "This server takes no articles; start it with a token (setting `token`) to allow it.",
    );
  }
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (given === undefined || !timingSafeEqual(digest(given), digest(token))) {
    throw new AppError("unauthorized", "Wanted the header `Authorization: Bearer TOKEN` with the server's token.");
  }
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
