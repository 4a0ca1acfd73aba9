import { AppError, type ErrorOptions } from "../errors.ts";
import type { Remedies } from "./remedies.ts";

/** A record of an input file, or a stretch of it that is none. */
export interface RawRecord {
  /** Where it begins: physical line, counted from 1; in a table the row. */
  readonly line: number;
  /** What the record holds; meaningless when there is a problem. */
  readonly value?: unknown;
  /** Why it cannot be read. */
  readonly problem?: string;
  /** The beginning of it as it stood in the file. */
  excerpt(): string;
}

/** Records come in groups as the file is read, so that a million of them are not a million promises. */
export type RecordStream = AsyncGenerator<RawRecord[], void, undefined>;

/** A record longer than this is refused without being held in memory. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** How much of a refused record is kept for the rejects file, in characters. */
export const EXCERPT_CHARACTERS = 500;
const EXCERPT_BYTES = EXCERPT_CHARACTERS * 4;

export const TOO_LONG = `longer than ${MAX_RECORD_BYTES / 1024 / 1024} MB`;

/** Why a record is refused whose bytes are no text in the encoding of its file. */
export const notText = (encoding: string, remedies: Remedies): string =>
  encoding === "utf-8"
    ? `holds bytes that are not UTF-8; if they are text, ${remedies.encoding("gb18030")} (or big5 …)`
    : `holds bytes that are not ${encoding}; if the text is in another encoding, ${remedies.encoding("NAME")}`;

/** The same where nobody says what mends it. */
export const NOT_UTF8 = "holds bytes that are not UTF-8";

export const toExcerpt = (bytes: Buffer): string => cutText(bytes.toString("utf8", 0, EXCERPT_BYTES));

export const cutText = (text: string): string => text.slice(0, EXCERPT_CHARACTERS).toWellFormed();

/** The error of a file that stops making sense; what came before it is kept. */
export const badInput = (message: string, options: ErrorOptions = {}): AppError =>
  new AppError("bad-input", message, options);
