import { existsSync, readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { AppError } from "../errors.ts";
import { auditFile, giveToOwner, listAuditFiles, makeAuditFolder } from "./audit-files.ts";
import { type AuditHead, withAuditHead } from "./audit-head.ts";
import { type AuditEntry, CHAIN_START, type ChainPoint, readAuditLine, toAuditLine } from "./chain.ts";

export interface AuditLogOptions {
  /** Made if there is none. */
  readonly folder: string;
  /** From this size on the next line goes into the next file. Default 16 MiB. */
  readonly maxFileBytes?: number | undefined;
  readonly now?: () => Date;
}

/** A log that is only added to, by any number of processes. */
export interface AuditLog {
  /**
   * Adds lines, which are on the disk when this resolves: in the order of the calls, and those of calls that wait for the disk at the
   * same time together. The thread does not wait.
   * @throws AppError `io` when they cannot be written; then none of them counts.
   */
  append(entries: readonly AuditEntry[]): Promise<void>;
}

const DEFAULT_MAX_FILE_BYTES = 16 * 2 ** 20;

/** What the log says of itself. */
const ITSELF = "the log itself";

/** Characters of a torn line that are kept for whoever wonders. */
const MAX_CUT_CHARACTERS = 200;

/** Lines of one call that wait to be written. */
interface Waiting {
  readonly entries: readonly AuditEntry[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createAuditLog(options: AuditLogOptions): AuditLog {
  const { folder, maxFileBytes = DEFAULT_MAX_FILE_BYTES, now = () => new Date() } = options;
  let waiting: Waiting[] = [];
  let isWriting = false;

  const write = async (entries: readonly AuditEntry[]): Promise<void> => {
    try {
      makeAuditFolder(folder);
      await withAuditHead(folder, async (noted) => {
        const { head, notes } = await takeUp(folder, noted);
        return writeLines({ folder, head, entries: [...notes, ...entries], maxFileBytes, at: now() });
      });
    } catch (error) {
      throw toUnwritable(folder, error);
    }
  };
  const writeWaiting = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await write(batch.flatMap(({ entries }) => entries));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isWriting = false;
  };
  return {
    append: (entries) => {
      if (entries.length === 0) return Promise.resolve();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ entries, resolve, reject });
      if (!isWriting) void writeWaiting();
      return promise;
    },
  };
}

function toUnwritable(folder: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError("io", `The audit log in ${folder} cannot be written (${reason}).`, {
    cause: error,
    remedy: {
      code: "set-option",
      option: "audit-log",
      value: "FOLDER",
      does: "places it elsewhere, or `off` does without",
    },
  });
}

interface TakenUp {
  readonly head: AuditHead;
  /** What the log has to say of how it was found. */
  readonly notes: readonly AuditEntry[];
}

/** Compares what is there with what was noted, and mends what a process left that died while it wrote. */
async function takeUp(folder: string, noted: AuditHead | undefined): Promise<TakenUp> {
  const before = noted ?? findEnd(folder);
  const path = auditFile(folder, before.file);
  const size = existsSync(path) ? statSync(path).size : 0;
  const lost: AuditEntry[] =
    noted === undefined && before.seq > 0 ? [{ what: "log head lost", who: ITSELF, lines: before.seq }] : [];
  if (size === before.bytes) return { head: before, notes: lost };
  if (size < before.bytes) {
    // What is gone stays gone, and shows: the numbers and hashes go on from what was noted, in a file of their own.
    const note = { what: "log cut", who: ITSELF, missingBytes: before.bytes - size, missingFrom: path };
    return { head: { ...before, file: before.file + 1, bytes: 0 }, notes: [...lost, note] };
  }
  const { point, bytes, cut } = readOn(readFileSync(path).subarray(before.bytes), before);
  const head = { ...before, ...point, bytes: before.bytes + bytes };
  if (cut === "") return { head, notes: lost };
  await using file = await open(path, "r+");
  await file.truncate(head.bytes);
  await file.sync();
  const text = cut.slice(0, MAX_CUT_CHARACTERS);
  return { head, notes: [...lost, { what: "log mended", who: ITSELF, cutBytes: size - head.bytes, cut: text }] };
}

/** Whole lines that continue the chain were written by a process that died before it could note so; the rest is cut off. */
function readOn(tail: Buffer, from: ChainPoint): { point: ChainPoint; bytes: number; cut: string } {
  let point: ChainPoint = { seq: from.seq, hash: from.hash };
  let bytes = 0;
  for (;;) {
    const end = tail.indexOf("\n", bytes);
    const line = end === -1 ? undefined : readAuditLine(tail.toString("utf8", bytes, end));
    if (line === undefined || !line.isSound || line.seq !== point.seq + 1 || line.prev !== point.hash) break;
    point = { seq: line.seq, hash: line.hash };
    bytes = end + 1;
  }
  return { point, bytes, cut: tail.toString("utf8", bytes) };
}

/** Where a log ends whose end is noted nowhere, by its last line that can be read. */
function findEnd(folder: string): AuditHead {
  for (const file of listAuditFiles(folder).reverse()) {
    const content = readFileSync(auditFile(folder, file));
    for (let end = content.lastIndexOf("\n"); end > 0; ) {
      const start = content.lastIndexOf("\n", end - 1) + 1;
      const line = readAuditLine(content.toString("utf8", start, end));
      if (line !== undefined) return { seq: line.seq, hash: line.hash, file, bytes: end + 1 };
      end = start - 1;
    }
  }
  return { ...CHAIN_START, file: listAuditFiles(folder).at(-1) ?? 1, bytes: 0 };
}

interface Writing {
  readonly folder: string;
  readonly head: AuditHead;
  readonly entries: readonly AuditEntry[];
  readonly maxFileBytes: number;
  readonly at: Date;
}

async function writeLines({ folder, head, entries, maxFileBytes, at }: Writing): Promise<AuditHead> {
  let point: ChainPoint = head;
  let text = "";
  for (const entry of entries) {
    const line = toAuditLine(entry, point, at);
    point = line.point;
    text += line.text;
  }
  const bytes = Buffer.from(text);
  const isFull = head.bytes > 0 && head.bytes + bytes.length > maxFileBytes;
  const { file, start } = isFull ? { file: head.file + 1, start: 0 } : { file: head.file, start: head.bytes };
  const path = auditFile(folder, file);
  const isNew = !existsSync(path);
  await using opened = await open(path, "a", 0o600);
  if (isNew) giveToOwner(path);
  await opened.writeFile(bytes);
  await opened.sync();
  return { seq: point.seq, hash: point.hash, file, bytes: start + bytes.length };
}
