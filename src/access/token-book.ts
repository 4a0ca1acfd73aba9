import { randomBytes, timingSafeEqual } from "node:crypto";
import { statSync } from "node:fs";
import { AppError, isSystemError } from "../errors.ts";
import { hashSecret } from "./secret.ts";
import { readTokenFile, type TokenEntry, type TokenFile } from "./token-file.ts";

/** A token as it is known to a server. */
export type KnownToken = Pick<TokenEntry, "id" | "name" | "scopes" | "hash" | "expires">;

export interface TokenBookOptions {
  /** The file of tokens; undefined: there is none. It is read again whenever it has changed. */
  readonly path?: string | undefined;
  /** One more token, which the server was started with; it may do everything that the server offers. */
  readonly settingToken?: string | undefined;
  /** Told of a file that cannot be used, once for each state of it. */
  readonly onProblem?: ((message: string) => void) | undefined;
  readonly nowMs?: () => number;
}

/** Whether there is a token is known to be so at the moment it is asked: what is revoked or has expired is gone at once. */
export interface TokenBook {
  /** @throws AppError `unavailable` while the file cannot be used: nobody is let in on a guess. */
  bySecret(secret: string): KnownToken | undefined;
  /** @throws AppError `unavailable` */
  byId(id: string): KnownToken | undefined;
  /** Signs sessions. @throws AppError `unavailable` */
  sessionKey(): string;
  /** Whether there is any token. @throws AppError `unavailable` */
  isEmpty(): boolean;
}

/** Permissions of anybody but the owner of a file. */
const OTHERS_MAY = 0o077;

export function createTokenBook(options: TokenBookOptions): TokenBook {
  const { path, settingToken, onProblem, nowMs = Date.now } = options;
  // Without a file sessions end with the process.
  const ownKey = randomBytes(32).toString("base64url");
  const fixed: readonly KnownToken[] =
    settingToken === undefined
      ? []
      : [{ id: "setting", name: "the server's token", scopes: ["admin"], hash: hashSecret(settingToken) }];
  let state: string | undefined;
  let file: TokenFile | undefined;
  let problem: string | undefined;

  const load = (): TokenFile | undefined => {
    if (path === undefined) return undefined;
    try {
      const now = stateOf(path);
      if (now !== state) {
        [state, file, problem] = [now, undefined, undefined];
        file = readTokenFile(path);
        if (now.endsWith("shared")) onProblem?.(`${path} can be read by other users of this machine: chmod 600 it.`);
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== problem) onProblem?.(message);
      problem = message;
    }
    if (problem === undefined) return file;
    throw new AppError("unavailable", "The server cannot read who may use it.");
  };
  const held = (): readonly KnownToken[] => {
    const atMs = nowMs();
    const tokens = load()?.tokens ?? [];
    return [...fixed, ...tokens.filter(({ expires }) => expires === undefined || Date.parse(expires) > atMs)];
  };
  return {
    bySecret: (secret) => {
      const given = Buffer.from(hashSecret(secret));
      let found: KnownToken | undefined;
      // All are compared, so that the time says nothing of which one it is.
      for (const token of held()) if (timingSafeEqual(given, Buffer.from(token.hash))) found = token;
      return found;
    },
    byId: (id) => held().find((token) => token.id === id),
    sessionKey: () => load()?.sessionKey ?? ownKey,
    isEmpty: () => held().length === 0,
  };
}

/** Changes when the file does. */
function stateOf(path: string): string {
  try {
    const { mtimeMs, size, ino, mode } = statSync(path);
    const isShared = process.platform !== "win32" && (mode & OTHERS_MAY) !== 0;
    return `${mtimeMs} ${size} ${ino} ${isShared ? "shared" : ""}`;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "missing";
    throw error;
  }
}
