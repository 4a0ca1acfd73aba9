import { createHmac, randomBytes } from "node:crypto";
import { fastifyCookie } from "@fastify/cookie";
import type { AccessRecords } from "./access-records.ts";
import type { KnownToken, TokenBook } from "./token-book.ts";

/** Name of the cookie of somebody who has logged in. */
export const SESSION_COOKIE = "wenxun-session";

/** How long one stays logged in. */
export const SESSION_S = 7 * 24 * 3600;

export interface Session {
  readonly token: KnownToken;
  /** Names this session alone. */
  readonly id: string;
  readonly expiresAtMs: number;
}

/**
 * Sessions of people who logged in with a token. Nothing of a session is kept but in its cookie: which token, until when, and a
 * signature that only holds as long as that very token does. A session that was ended is remembered until it would have expired.
 */
export interface Sessions {
  /** The value of the cookie for a new session. */
  create(token: KnownToken): string;
  /** Undefined for a value that was not made here, has expired, was ended, or whose token is gone. @throws AppError `unavailable` */
  read(cookie: string): Session | undefined;
  end(session: Session): void;
}

export function createSessions(
  book: TokenBook,
  records: Pick<AccessRecords, "endSession" | "isEnded">,
  nowMs: () => number = Date.now,
): Sessions {
  /** A key for the sessions of one token: who has another token in its place cannot go on with them. */
  const signerFor = ({ hash }: KnownToken) =>
    fastifyCookie.signerFactory(createHmac("sha256", book.sessionKey()).update(hash).digest());
  return {
    create: (token) => {
      const ownEndMs = token.expires === undefined ? Infinity : Date.parse(token.expires);
      const endS = Math.floor(Math.min(nowMs() / 1000 + SESSION_S, ownEndMs / 1000));
      return signerFor(token).sign(`${token.id}.${randomBytes(12).toString("base64url")}.${endS}`);
    },
    read: (cookie) => {
      const [, tokenId = "", id = "", endS = ""] = /^([0-9a-z-]{1,40})\.([\w-]{16})\.(\d{1,12})\./.exec(cookie) ?? [];
      const token = book.byId(tokenId);
      if (token === undefined || !signerFor(token).unsign(cookie).valid) return undefined;
      const expiresAtMs = Number(endS) * 1000;
      if (expiresAtMs <= nowMs() || records.isEnded(id)) return undefined;
      return { token, id, expiresAtMs };
    },
    end: ({ id, expiresAtMs }) => records.endSession(id, expiresAtMs),
  };
}
