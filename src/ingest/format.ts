import { AppError, type Remedy } from "../errors.ts";
import { HEAD_BYTES, isSqlite, kindSuffix } from "./input.ts";
import { parseJson } from "./json.ts";
import { shapeOfPart } from "./json-part.ts";
import { badInput } from "./record.ts";

/** `json` is JSON in any layout, over as many lines as it likes; `feed` is RSS or Atom. */
export const FORMATS = ["jsonl", "json", "csv", "tsv", "sqlite", "feed"] as const;
export type Format = (typeof FORMATS)[number];

/** For files whose content and name do not tell what they are. */
const NAME_FORMAT = { code: "set-option", option: "format", does: "names the kind" } as const satisfies Remedy;

/** @throws AppError `usage` */
export function parseFormat(text: string): Format {
  const format = FORMATS.find((name) => name === text.toLowerCase());
  if (format === undefined) {
    throw new AppError("usage", `There is no format "${text}".`, {
      remedy: { code: "option-takes", option: "format", takes: FORMATS.join(", ") },
    });
  }
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

/** Files that are none of these kinds, told by how they begin, and what to do with them. */
const FOREIGN: readonly (readonly [start: string | RegExp, what: string])[] = [
  ["%PDF-", "a PDF: take its text out first, for example with pdftotext"],
  ["PK\u0003\u0004", "a ZIP file (.zip, .xlsx, .docx …): unpack it, or save the table in it as CSV"],
  ["\u00d0\u00cf\u0011\u00e0", "an old Office file (.xls, .doc): save it as CSV"],
  ["BZh", "packed with bzip2: bzip2 -dc FILE | wenxun import -"],
  ["\u00fd7zXZ\u0000", "packed with xz: xz -dc FILE | wenxun import -"],
  ["(\u00b5/\u00fd", "packed with Zstandard: zstd -dc FILE | wenxun import -"],
  ["7z\u00bc\u00af", "a 7-Zip file: unpack it"],
  ["Rar!", "a RAR file: unpack it"],
  ["PAR1", "Parquet: write it as JSON lines, for example with pandas' to_json(orient='records', lines=True)"],
  ["\u0080\u0004\u0095", "a Python pickle: write what is in it as JSON lines"],
  [
    /^(?:--[^\n]*\s*|\/\*[^*]*\*\/;?\s*|#[^\n]*\s*)*(?:CREATE (?:TABLE|DATABASE|SCHEMA)|INSERT INTO|DROP TABLE|SET |BEGIN TRANSACTION|PRAGMA |LOCK TABLES|USE )/i,
    "an SQL dump: load it into a database and export the table as CSV, or read one of SQLite as a database (sqlite3 NEW.db < FILE)",
  ],
  [/^(?:<!--[^>]*-->\s*)*(?:<!doctype html|<html)/i, "a web page: put the text of the article into a record"],
];

/**
 * Tells the kind of a file by its first bytes, and by its name where they leave it open. Undefined for an empty file.
 * @throws AppError `bad-input` for a name that promises SQLite, or bytes that are no kind at all.
 */
export function detectFormat(head: Buffer, path: string): Format | undefined {
  if (isSqlite(head)) return "sqlite";
  const named = SUFFIXES[kindSuffix(path)];
  const bytes = head.toString("latin1", 0, FOREIGN_BYTES).trimStart();
  const foreign = FOREIGN.find(([start]) => (typeof start === "string" ? bytes.startsWith(start) : start.test(bytes)));
  if (foreign !== undefined) throw badInput(`${path} is ${foreign[1]}.`);
  if (named === "sqlite") throw notSqlite(path);
  const text = head.toString("utf8").replaceAll("\u0000", "").trimStart();
  if (text === "") return undefined;
  if (named === "csv" || named === "tsv") return named;
  if (text.startsWith("<")) return "feed";

  const lineEnd = text.search(/[\r\n]/);
  const firstLine = lineEnd === -1 ? text : text.slice(0, lineEnd);
  const hasMore = lineEnd !== -1 && text.slice(lineEnd).trim() !== "";
  if (text.startsWith("[")) return hasMore && isJson(firstLine) ? "jsonl" : "json";
  if (text.startsWith("{"))
    return isLine(firstLine, lineEnd !== -1 || head.length < HEAD_BYTES, text.slice(lineEnd)) ? "jsonl" : "json";
  if (SCRIPT.test(text)) return "json";
  if (named === "json" || named === "jsonl") return "jsonl";
  if (firstLine.includes("\t")) return "tsv";
  if (/[,;|]/.test(firstLine)) return "csv";
  throw badInput(`Cannot tell what kind of file ${path} is (${FORMATS.join(", ")}).`, { remedy: NAME_FORMAT });
}

/** What is looked at for the signs of other kinds of files. */
const FOREIGN_BYTES = 1024;

/** JSON in a script: `callback({…});`, `var news = […];` */
const SCRIPT = /^\s*(?:\/\*\*\/\s*)?(?:(?:var|let|const)\s+)?[\w$.]+\s*[(=]\s*(?=[[{])/;

/** How many bytes of script stand before the JSON in it. */
export const scriptBytes = (head: Buffer): number =>
  Buffer.byteLength(SCRIPT.exec(head.toString("latin1"))?.[0] ?? "", "latin1");

/** Whether a first line that begins with `{` is a line of JSON lines, whole or broken, and not the beginning of a longer text. */
function isLine(line: string, isWhole: boolean, rest: string): boolean {
  if (isJson(line)) return true;
  // An article in one long line keeps its own errors to itself; what holds articles is read one by one.
  if (!isWhole) return shapeOfPart(line, {}).kind === "record";
  if (/[,{[:]\s*$/.test(line)) return false;
  const second = /\S.*/.exec(rest)?.[0] ?? "";
  return second.startsWith("{") || second === "";
}

export const notSqlite = (path: string): AppError =>
  badInput(`${path} is not an SQLite database.`, { remedy: NAME_FORMAT });

const isJson = (text: string): boolean => "value" in parseJson(text);
