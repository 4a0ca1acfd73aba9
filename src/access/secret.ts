import { createHash, randomBytes } from "node:crypto";

/** What every token begins with, so that people, and programs that look for leaked secrets, recognise one. */
const TOKEN_PREFIX = "wx_";

const TOKEN_BYTES = 32;

/** A new token: 256 random bits behind the prefix. */
export const createSecret = (): string => TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString("base64url");

/**
 * What is kept of a token, in hexadecimal. SHA-256 suffices: a slow hash makes up for secrets that can be guessed, and nobody guesses
 * 256 random bits.
 */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");
