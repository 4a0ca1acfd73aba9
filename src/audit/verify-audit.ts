import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { auditFile, listAuditFiles } from "./audit-files.ts";
import { readAuditHead } from "./audit-head.ts";
import { type AuditLine, CHAIN_START, type ChainPoint, readAuditLine } from "./chain.ts";

export interface AuditProblem {
  /** `000001.jsonl, line 3`. */
  readonly where: string;
  readonly what: string;
}

export interface AuditReport {
  readonly files: number;
  readonly lines: number;
  /** Where the log ends; what is noted elsewhere can be compared with it later. */
  readonly head: ChainPoint;
  readonly problems: readonly AuditProblem[];
  /** Harmless: the last line was torn by a crash, and the next one mends it. */
  readonly tornBytes: number;
}

/** Problems that are told; a log that was replaced is wrong in every line. */
const MAX_PROBLEMS = 50;

/** Every line of a log, oldest first, as far as they can be read. */
export function* readAuditLines(
  folder: string,
): Generator<{ readonly where: string; readonly line: AuditLine | undefined }> {
  for (const number of listAuditFiles(folder)) {
    const path = auditFile(folder, number);
    const lines = readFileSync(path, "utf8").split("\n");
    // What follows the last end of line is no line yet.
    for (const [index, text] of lines.slice(0, -1).entries()) {
      yield { where: `${basename(path)}, line ${index + 1}`, line: readAuditLine(text) };
    }
  }
}

/**
 * Reads a whole log and tells what is not as it was written: lines that were changed, taken out, put in or moved, files that are gone,
 * and an end that was cut off.
 * @param known a point that was noted elsewhere before, which the log must have passed
 */
export function verifyAudit(folder: string, known?: ChainPoint): AuditReport {
  const problems: AuditProblem[] = [];
  const tell = (where: string, what: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ where, what });
  };
  const files = listAuditFiles(folder);
  for (const [index, number] of files.entries()) {
    const wanted = (files[index - 1] ?? 0) + 1;
    if (number !== wanted) tell(basename(auditFile(folder, wanted)), "the file is gone");
  }
  let point: ChainPoint = CHAIN_START;
  let lines = 0;
  let knownHash: string | undefined;
  for (const { where, line } of readAuditLines(folder)) {
    lines++;
    if (line === undefined) {
      tell(where, "this is no line of an audit log");
      continue;
    }
    const { seq, hash, prev, isSound } = line;
    if (!isSound) tell(where, `line number ${seq} was changed after it was written`);
    if (seq > point.seq + 1) tell(where, `${toRange(point.seq + 1, seq - 1)} before it`);
    else if (seq <= point.seq) tell(where, `line number ${seq} stands after number ${point.seq}: moved, or put in`);
    else if (prev !== point.hash) tell(where, `line number ${seq} does not follow the line before it`);
    if (seq === known?.seq) knownHash = hash;
    if (seq > point.seq) point = { seq, hash };
  }
  if (known !== undefined && knownHash !== known.hash) {
    tell("the whole log", `line number ${known.seq} is not the one with the hash ${known.hash}: this is another log`);
  }
  const head = readAuditHead(folder);
  const last = files.at(-1);
  const lastBytes = last === undefined ? Buffer.alloc(0) : readFileSync(auditFile(folder, last));
  if (head === undefined) {
    if (lines > 0) tell("head.db", "it is not noted where the log ends: whether its end was cut off cannot be told");
  } else if (head.seq > point.seq) tell("the end", toRange(point.seq + 1, head.seq));
  else if (head.seq === point.seq && head.hash !== point.hash)
    tell("the end", "the last line is not the one that was noted");
  else if (!existsSync(auditFile(folder, head.file))) tell(basename(auditFile(folder, head.file)), "the file is gone");
  const tornBytes = lastBytes.length - (lastBytes.lastIndexOf("\n") + 1);
  return { files: files.length, lines, head: point, problems, tornBytes };
}

const toRange = (first: number, last: number): string =>
  first === last ? `line number ${first} is missing` : `lines number ${first} to ${last} are missing`;
