import { AppError } from "../errors.ts";
import { isSqlite, kindSuffix } from "./input.ts";
import { badInput } from "./record.ts";

/** `json` is an array of records, or records one after the other over as many lines as they like. */
export const FORMATS = ["jsonl", "json", "csv", "tsv", "sqlite"] as const;
export type Format = (typeof FORMATS)[number];

/** @throws AppError `usage` */
export function parseFormat(text: string): Format {
  const format = FORMATS.find((name) => name === text.toLowerCase());
  if (format === undefined) throw new AppError("usage", `--format takes ${FORMATS.join(", ")}, not "${text}".`);
  return format;
}

const SUFFIXES: Record<string, Format> = {
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "json",
  ".csv": "csv",
  ".tsv": "tsv",
  ".tab": "tsv",
  ".db": "sqlite",
  ".sqlite": "sqlite",
  ".sqlite3": "sqlite",
};

/**
 * Tells the kind of a file by its first bytes, and by its name where they leave it open. Undefined for an empty file.
 * @throws AppError `bad-input` for a name that promises SQLite, or bytes that are no kind at all.
 */
export function detectFormat(head: Buffer, path: string): Format | undefined {
  if (isSqlite(head)) return "sqlite";
  const named = SUFFIXES[kindSuffix(path)];
  if (named === "sqlite") throw notSqlite(path);
  const text = head.toString("utf8").replaceAll("\u0000", "").trimStart();
  if (text === "") return undefined;
  if (named === "csv" || named === "tsv") return named;

  const lineEnd = text.search(/[\r\n]/);
  const firstLine = lineEnd === -1 ? text : text.slice(0, lineEnd);
  const hasMore = lineEnd !== -1 && text.slice(lineEnd).trim() !== "";
  // A first line that is a value of its own, with more after it, is what JSON lines look like, whatever the name.
  if (text.startsWith("[")) return hasMore && isJson(firstLine) ? "jsonl" : "json";
  if (text.startsWith("{")) return hasMore && !isJson(firstLine) && startsInsideObject(firstLine) ? "json" : "jsonl";
  if (named !== undefined) return "jsonl";
  if (firstLine.includes("\t")) return "tsv";
  if (/[,;]/.test(firstLine)) return "csv";
  throw badInput(`Cannot tell what kind of file ${path} is; name it with --format (${FORMATS.join(", ")}).`);
}

export const notSqlite = (path: string): AppError =>
  badInput(`${path} is not an SQLite database; if it is another kind of file, name it with --format.`);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `{` alone, or `{ "title": "…",`: an object that is written over several lines. */
const startsInsideObject = (line: string): boolean => /^\{\s*$|[,{[]\s*$/.test(line);
