import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";

/** Where an answer goes on. */
export interface Position {
  /** Items or UTF-16 units before it. */
  readonly at: number;
  /** State of the archive in which the list was made. */
  readonly snapshot?: string | undefined;
}

/** Tells the arguments of one question from those of another, in a few characters. */
const fingerprintOf = (args: object): string =>
  createHash("sha256")
    .update(
      JSON.stringify(
        Object.entries(args)
          .filter(([name]) => name !== "cursor" && name !== "limit")
          .sort(),
      ),
    )
    .digest("base64url")
    .slice(0, 8);

/** A cursor, opaque to who gets it: it goes on with the same question alone. */
export const toCursor = ({ at, snapshot = "" }: Position, args: object): string =>
  Buffer.from(`${at} ${fingerprintOf(args)} ${snapshot}`).toString("base64url");

/** @throws AppError `invalid-request` for what is no cursor, or one of another question. */
export function readCursor(cursor: string | undefined, args: object): Position {
  if (cursor === undefined) return { at: 0 };
  const [, at, fingerprint, snapshot = ""] =
    /^(\d{1,9}) ([\w-]{8}) (.*)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (at === undefined)
    throw new AppError("invalid-request", "cursor is none that this server gave: wanted a nextCursor.");
  if (fingerprint !== fingerprintOf(args)) {
    throw new AppError(
      "invalid-request",
      "cursor belongs to another question: repeat the arguments that it came with.",
    );
  }
  return { at: Number(at), ...(snapshot !== "" && { snapshot }) };
}
