import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { AppError, isSystemError } from "../errors.ts";
import type { RawRecord } from "./record.ts";

const FLUSH_CHARACTERS = 64 * 1024;
/** What a file of rejects may hold: an input of nothing but junk must not fill the disk. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Where refused records go: JSON lines of file, line, reason and the first 500 characters. Made when there is one. */
export class RejectsFile {
  readonly path: string;
  readonly #folder: string;
  #file: number | undefined;
  #pending = "";
  #bytes = 0;
  #kept = 0;
  readonly #maxBytes: number;

  constructor(folder: string, { now = new Date(), maxBytes = MAX_FILE_BYTES } = {}) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.path = join(folder, `rejects-${now.toISOString().replace(/[:.]/g, "-")}.jsonl`);
  }

  /** Records that are in it: the first ones, where it is full. */
  get kept(): number {
    return this.#kept;
  }

  add(file: string, record: RawRecord, reason: string): void {
    if (this.#bytes >= this.#maxBytes) return;
    const line = `${JSON.stringify({ file, line: record.line, reason, record: record.excerpt() })}\n`;
    this.#pending += line;
    this.#bytes += Buffer.byteLength(line);
    this.#kept++;
    if (this.#bytes >= this.#maxBytes) {
      const full = "this file is full: of the records that were rejected after this one nothing is kept";
      this.#pending += `${JSON.stringify({ file, line: record.line, reason: full, record: "" })}\n`;
    }
    if (this.#pending.length >= FLUSH_CHARACTERS) this.flush();
  }

  /** @throws AppError `disk-full`, `io` */
  flush(): void {
    if (this.#pending === "") return;
    try {
      if (this.#file === undefined) {
        mkdirSync(this.#folder, { recursive: true });
        this.#file = openSync(this.path, "a");
      }
      writeSync(this.#file, this.#pending);
      this.#pending = "";
    } catch (cause) {
      const code = isSystemError(cause, "ENOSPC", "EDQUOT") ? "disk-full" : "io";
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AppError(code, `The rejects file ${this.path} cannot be written: ${reason}`, { cause });
    }
  }

  close(): void {
    try {
      this.flush();
    } finally {
      if (this.#file !== undefined) closeSync(this.#file);
      this.#file = undefined;
    }
  }
}
