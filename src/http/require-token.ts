import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "../errors.ts";

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
