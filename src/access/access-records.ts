import { readFileSync } from "node:fs";
import { replacePrivateFile } from "../disk/private-file.ts";
import { isSystemError } from "../errors.ts";
import { Type } from "../http/schema.ts";
import { createContentCheck } from "./check-content.ts";

/** What a server notes beside the file of tokens, which it only reads. */
const Records = Type.Object({
  /** When a token was used last, by its id. */
  lastUsed: Type.Record(Type.String(), Type.String()),
  /** Sessions that people have ended, and until when that has to be known, in seconds since 1970. */
  endedSessions: Type.Record(Type.String(), Type.Number()),
});
const RECORDS = createContentCheck(Records);

interface RecordsContent {
  readonly lastUsed: Readonly<Record<string, string>>;
  readonly endedSessions: Readonly<Record<string, number>>;
}

const EMPTY: RecordsContent = { lastUsed: {}, endedSessions: {} };

/** Ended sessions that are remembered; the ones that end first go first. */
const MAX_ENDED = 10_000;
/** Uses are noted together, at most this often. */
const NOTE_EVERY_MS = 60_000;

/** `tokens-used.json` beside `tokens.json`. */
export const recordsPath = (tokensPath: string): string => `${tokensPath.replace(/\.json$/, "")}-used.json`;

/** When each token was used last, as a server has noted it; nothing where none has. */
export const readLastUsed = (tokensPath: string): RecordsContent["lastUsed"] =>
  readRecords(recordsPath(tokensPath)).lastUsed;

/** The uses of tokens and the sessions that were ended. */
export interface AccessRecords {
  noteUse(tokenId: string): void;
  endSession(sessionId: string, untilMs: number): void;
  isEnded(sessionId: string): boolean;
  /** Writes what is not written yet. */
  flush(): void;
}

export interface AccessRecordsOptions {
  /** Undefined: nothing is written, and all is forgotten with the process. */
  readonly path?: string | undefined;
  readonly onProblem?: ((message: string) => void) | undefined;
  readonly nowMs?: () => number;
}

/** What cannot be written is told and kept in memory: nobody is locked out by a file of notes. */
export function createAccessRecords(options: AccessRecordsOptions): AccessRecords {
  const { path, onProblem, nowMs = Date.now } = options;
  const lastUsed = new Map<string, string>();
  const ended = new Map(Object.entries(path === undefined ? {} : readRecords(path).endedSessions));
  let isChanged = false;
  let nextNoteMs = 0;
  const write = (): void => {
    if (!isChanged || path === undefined) return;
    isChanged = false;
    nextNoteMs = nowMs() + NOTE_EVERY_MS;
    try {
      replacePrivateFile(path, () => {
        // Another server over the same folder may have noted something meanwhile.
        const before = readRecords(path);
        const used = Object.entries(before.lastUsed).filter(([id, at]) => at > (lastUsed.get(id) ?? ""));
        for (const [id, untilS] of Object.entries(before.endedSessions)) ended.set(id, untilS);
        forgetExpired(ended, nowMs());
        return `${JSON.stringify({
          lastUsed: { ...Object.fromEntries(lastUsed), ...Object.fromEntries(used) },
          endedSessions: Object.fromEntries(ended),
        })}\n`;
      });
    } catch (error) {
      onProblem?.(error instanceof Error ? error.message : String(error));
    }
  };
  return {
    noteUse: (tokenId) => {
      lastUsed.set(tokenId, new Date(nowMs()).toISOString());
      isChanged = true;
      if (nowMs() >= nextNoteMs) write();
    },
    endSession: (sessionId, untilMs) => {
      ended.set(sessionId, Math.ceil(untilMs / 1000));
      isChanged = true;
      write();
    },
    isEnded: (sessionId) => ended.has(sessionId),
    flush: write,
  };
}

function forgetExpired(ended: Map<string, number>, atMs: number): void {
  for (const [id, untilS] of ended) if (untilS * 1000 < atMs) ended.delete(id);
  const oldestFirst = [...ended].sort(([, one], [, other]) => one - other);
  for (const [id] of oldestFirst.slice(0, Math.max(0, ended.size - MAX_ENDED))) ended.delete(id);
}

/** Notes that cannot be read count as none. */
function readRecords(path: string): RecordsContent {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    return RECORDS.isRight(content) ? content : EMPTY;
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error)) return EMPTY;
    throw error;
  }
}
