import { createHash } from "node:crypto";

/** What was done or tried: fields of JSON, short ones. */
export interface AuditEntry {
  /** `put`, `delete`, `export`, `sign-in failed` … */
  readonly what: string;
  /** Name of the token, the proxy's user or the account on the machine. */
  readonly who: string;
  /** Address of the client; absent for commands. */
  readonly from?: string | undefined;
  readonly [detail: string]: unknown;
}

/** Where a chain stands: how many lines it has, and the hash of the last. */
export interface ChainPoint {
  /** Number of the last line; the first line is 1. */
  readonly seq: number;
  readonly hash: string;
}

/** Before the first line. */
export const CHAIN_START: ChainPoint = { seq: 0, hash: "0".repeat(64) };

/** A line as it was read. */
export interface AuditLine extends ChainPoint {
  /** The hash of the line before, as this line says. */
  readonly prev: string;
  readonly at: string;
  readonly entry: AuditEntry;
  /** The hash that the line carries is that of its text. */
  readonly isSound: boolean;
}

/** Characters that a terminal would obey or that turn the direction of text; JSON leaves most of them as they are. */
const UNSAFE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const escapeUnsafe = (json: string): string =>
  json.replace(UNSAFE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const toHash = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * The next line of a chain, with its end of line. The hash at its end is that of everything before it, the hash of the line before
 * among it: no line can be changed, taken out or moved without changing every hash after it.
 */
export function toAuditLine(
  entry: AuditEntry,
  { seq, hash }: ChainPoint,
  at: Date,
): { text: string; point: ChainPoint } {
  const { what, who, from, ...details } = entry;
  const content = { seq: seq + 1, at: at.toISOString(), what, who, from, ...details, prev: hash };
  const unsigned = escapeUnsafe(JSON.stringify(content));
  const point = { seq: seq + 1, hash: toHash(unsigned) };
  return { text: `${unsigned.slice(0, -1)},"hash":"${point.hash}"}\n`, point };
}

/** A line without its end of line; undefined for what is no line of an audit log. */
export function readAuditLine(text: string): AuditLine | undefined {
  const [, unsigned, carried = ""] = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/s.exec(text) ?? [];
  if (unsigned === undefined) return undefined;
  let content: Readonly<Record<string, unknown>>;
  try {
    content = JSON.parse(`${unsigned}}`) as Readonly<Record<string, unknown>>;
  } catch {
    // Not what this program writes.
    return undefined;
  }
  const { seq, at, what, who, prev, ...details } = content;
  if (typeof seq !== "number" || typeof what !== "string" || typeof who !== "string" || typeof prev !== "string") {
    return undefined;
  }
  const isSound = toHash(`${unsigned}}`) === carried;
  return { seq, hash: carried, prev, at: String(at), entry: { what, who, ...details }, isSound };
}
