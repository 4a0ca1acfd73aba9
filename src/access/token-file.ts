import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Static } from "typebox";
import { replacePrivateFile } from "../disk/private-file.ts";
import { AppError, isSystemError } from "../errors.ts";
import { Type } from "../http/schema.ts";
import { createContentCheck } from "./check-content.ts";
import { SCOPES } from "./scopes.ts";

const Instant = Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$" });

const TokenEntry = Type.Object({
  /** Names the token where its name would not do: in sessions and logs. */
  id: Type.String({ pattern: "^[0-9a-z-]{1,40}$" }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  scopes: Type.Array(Type.Enum([...SCOPES])),
  /** SHA-256 of the token, in hexadecimal; the token itself is kept nowhere. */
  hash: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  created: Instant,
  /** From this moment on the token is worth nothing; absent: it holds until it is revoked. */
  expires: Type.Optional(Instant),
});
export type TokenEntry = Static<typeof TokenEntry>;

const TokenFile = Type.Object({
  version: Type.Literal(1),
  /** Signs the cookies of people who logged in. Whoever reads it can log in as any token. */
  sessionKey: Type.String({ minLength: 32 }),
  tokens: Type.Array(TokenEntry, { maxItems: 1000 }),
});
export type TokenFile = Static<typeof TokenFile>;

const TOKEN_FILE = createContentCheck(TokenFile);

/** The names and hashes of all tokens; undefined where there is no file. @throws AppError `bad-input`, `io` */
export function readTokenFile(path: string): TokenFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return undefined;
    const reason = isSystemError(error) ? error.code : String(error);
    throw new AppError("io", `The file of tokens ${path} cannot be read (${reason}).`, { cause: error });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new AppError("bad-input", `The file of tokens ${path} is no JSON.`, { cause: error });
  }
  if (TOKEN_FILE.isRight(content)) return content;
  throw new AppError(
    "bad-input",
    `The file of tokens ${path} is not as this version writes it: ${TOKEN_FILE.findFault(content)}.`,
  );
}

const createTokenFile = (): TokenFile => ({
  version: 1,
  sessionKey: randomBytes(32).toString("base64url"),
  tokens: [],
});

/**
 * Reads, changes and writes the file of tokens, which is made if there is none; one process at a time does so. `change` gives what the
 * tokens are to be.
 * @throws AppError `bad-input`, `io`, and what `change` throws; the file is then as it was
 */
export function changeTokens(path: string, change: (tokens: readonly TokenEntry[]) => readonly TokenEntry[]): void {
  replacePrivateFile(path, () => {
    const before = readTokenFile(path) ?? createTokenFile();
    return `${JSON.stringify({ ...before, tokens: [...change(before.tokens)] }, undefined, 2)}\n`;
  });
}
