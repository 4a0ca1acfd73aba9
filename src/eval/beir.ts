import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { AppError, isSystemError } from "../errors.ts";
import type { Grades } from "./metrics.ts";

/**
 * A judged set in the layout of BEIR (https://github.com/beir-cellar/beir): in one folder, plain or gzipped,
 *
 *     corpus.jsonl     {"_id": "d1", "title": "…", "text": "…"}        `id` does as well as `_id`
 *     queries.jsonl    {"_id": "q1", "text": "…"}
 *     qrels.tsv        query id, document id, grade, by tabs; a header line and TREC's four columns are understood.
 *                      In BEIR's own folders it is qrels/test.tsv.
 */
export interface JudgedSet {
  readonly documents: readonly JudgedDocument[];
  /** Only those with a judgement. */
  readonly queries: readonly JudgedQuery[];
  /** Queries without any judgement, left out. */
  readonly unjudgedQueryCount: number;
}

export interface JudgedDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface JudgedQuery {
  readonly id: string;
  readonly text: string;
  readonly grades: Grades;
}

/** @throws AppError `bad-input` naming the file and line: missing, damaged, an id twice, a judgement of what is not there. */
export async function loadJudgedSet(folder: string): Promise<JudgedSet> {
  const corpus = await loadFile(folder, ["corpus.jsonl"]);
  const documents = parseRows(corpus).map(({ id, row, place }) => ({
    id,
    title: textOf(row, "title", place),
    text: textOf(row, "text", place),
  }));
  const queries = await loadFile(folder, ["queries.jsonl"]);
  const texts = new Map(parseRows(queries).map(({ id, row, place }) => [id, textOf(row, "text", place)]));
  const qrels = await loadFile(folder, ["qrels.tsv", "qrels/test.tsv"]);
  const grades = parseQrels(qrels, texts, new Set(documents.map(({ id }) => id)));
  if (documents.length === 0) throw badInput(corpus.path, "holds no document");
  if (grades.size === 0) throw badInput(qrels.path, "holds no judgement");
  return {
    documents,
    queries: [...grades].map(([id, graded]) => ({ id, text: texts.get(id) ?? "", grades: graded })),
    unjudgedQueryCount: texts.size - grades.size,
  };
}

interface InputFile {
  readonly path: string;
  readonly lines: readonly string[];
}

/** The lines of the first of `names` that is there, plain or gzipped. */
async function loadFile(folder: string, names: readonly string[]): Promise<InputFile> {
  const candidates = names.flatMap((name) => [join(folder, name), join(folder, `${name}.gz`)]);
  for (const path of candidates) {
    let bytes: Buffer;
    try {
      bytes = await readFile(path);
    } catch (error) {
      if (isSystemError(error, "ENOENT", "ENOTDIR")) continue;
      throw new AppError("bad-input", `${path} cannot be read.`, { cause: error });
    }
    return { path, lines: decode(path, bytes).split(/\r?\n/) };
  }
  throw new AppError("bad-input", await missingMessage(folder, names));
}

async function missingMessage(folder: string, names: readonly string[]): Promise<string> {
  const wanted = `wenxun eval wants a folder with corpus.jsonl, queries.jsonl and qrels.tsv (plain or .gz).`;
  try {
    const found = (await readdir(folder)).sort().slice(0, 10);
    return `${folder} holds no ${names.join(" or ")}; found ${found.join(", ") || "nothing"}. ${wanted}`;
  } catch (error) {
    if (isSystemError(error, "ENOTDIR")) return `${folder} is not a folder. ${wanted}`;
    return `There is no folder ${folder}. ${wanted}`;
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    const plain = path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
    const text = new TextDecoder("utf-8", { fatal: true }).decode(plain);
    return text;
  } catch (error) {
    throw badInput(path, path.endsWith(".gz") ? "is not whole gzip of UTF-8 text" : "is not UTF-8 text", error);
  }
}

type Row = Readonly<Record<string, unknown>>;

function parseRows({ path, lines }: InputFile): { id: string; row: Row; place: string }[] {
  const lineOfId = new Map<string, number>();
  const rows: { id: string; row: Row; place: string }[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const place = `${path}, line ${index + 1},`;
    const row = parseObject(line, place);
    const id = row._id ?? row.id;
    if ((typeof id !== "string" && typeof id !== "number") || id === "") throw badInput(place, "has no `_id` or `id`");
    const earlier = lineOfId.get(String(id));
    if (earlier !== undefined) throw badInput(place, `has the id ${JSON.stringify(id)} of line ${earlier}`);
    lineOfId.set(String(id), index + 1);
    rows.push({ id: String(id), row, place });
  }
  return rows;
}

function parseObject(line: string, place: string): Row {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw badInput(place, "is not JSON", error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badInput(place, "is not a JSON object");
  return value as Row;
}

function textOf(row: Row, key: "title" | "text", place: string): string {
  const value = row[key] ?? "";
  if (typeof value !== "string") throw badInput(place, `has a \`${key}\` that is not a string`);
  return value;
}

function parseQrels(
  { path, lines }: InputFile,
  queries: ReadonlyMap<string, string>,
  documents: ReadonlySet<string>,
): Map<string, Map<string, number>> {
  const grades = new Map<string, Map<string, number>>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const place = `${path}, line ${index + 1},`;
    const columns = line.includes("\t") ? line.split("\t") : line.trim().split(/\s+/);
    const [query, document, grade] = columns.length === 4 ? columns.toSpliced(1, 1) : columns;
    const value = Number(grade);
    if (index === 0 && !Number.isInteger(value)) continue; // the header
    if (query === undefined || document === undefined || columns.length > 4 || !/^\s*-?\d+\s*$/.test(grade ?? ""))
      throw badInput(place, "is not query id, document id and a whole grade, by tabs");
    if (!queries.has(query))
      throw badInput(place, `judges the query ${JSON.stringify(query)}, which queries.jsonl has not`);
    if (!documents.has(document))
      throw badInput(place, `judges the document ${JSON.stringify(document)}, which corpus.jsonl has not`);
    const ofQuery = grades.get(query) ?? new Map<string, number>();
    const earlier = ofQuery.get(document);
    if (earlier !== undefined && earlier !== value)
      throw badInput(
        place,
        `grades ${JSON.stringify(document)} for ${JSON.stringify(query)} ${value}, an earlier line ${earlier}`,
      );
    grades.set(query, ofQuery.set(document, value));
  }
  return grades;
}

const badInput = (place: string, fault: string, cause?: unknown): AppError =>
  new AppError("bad-input", `${place} ${fault}.`, { cause });
