import { readFile } from "node:fs/promises";
import { SEARCH_MODES, type SearchMode } from "../archive/request.ts";
import { AppError } from "../errors.ts";
import { METRIC_NAMES, type MetricName } from "./metrics.ts";
import { judgedShare, type ModeRecord, type QueryRecord } from "./query-record.ts";

/**
 * A run in a file: one line of JSON for each query, for people to look through and for {@link compareRuns}.
 *
 *     {"query": "q1", "text": "…", "modes": {"hybrid": {
 *        "scores": {"ndcg@10": 0.5, …}, "judged@10": 0.9,
 *        "hits": [{"id": "d1", "title": "…", "grade": 2}, {"id": "d7", "title": "…", "grade": null}],
 *        "missed": [{"id": "d3", "title": "…", "grade": 1, "rank": 14}, {"id": "d9", "title": "…", "grade": 1, "rank": null}]}}}
 */
export function toRunLine({ id, text, modes }: QueryRecord, titleOf: (id: string) => string): string {
  const toRow = ({ scores, hits, missed }: ModeRecord): object => ({
    scores,
    "judged@10": judgedShare(hits) ?? null,
    hits: hits.map(({ id, grade }) => ({ id, title: titleOf(id), grade: grade ?? null })),
    missed: missed.map(({ id, grade, rank }) => ({ id, title: titleOf(id), grade, rank: rank ?? null })),
  });
  const rows = Object.fromEntries([...modes].map(([mode, record]) => [mode, toRow(record)]));
  return `${JSON.stringify({ query: id, text, modes: rows })}\n`;
}

/** What of a run is compared with another. */
export interface Run {
  readonly path: string;
  readonly queries: ReadonlyMap<string, RunQuery>;
}

export interface RunQuery {
  readonly text: string;
  readonly scores: ReadonlyMap<SearchMode, Readonly<Record<MetricName, number>>>;
}

/** A run that was just made. */
export const toRun = (path: string, records: readonly QueryRecord[]): Run => ({
  path,
  queries: new Map(
    records.map(({ id, text, modes }) => [
      id,
      { text, scores: new Map([...modes].map(([mode, { scores }]) => [mode, scores])) },
    ]),
  ),
});

/** @throws AppError `bad-input` naming the file and line that is no line of a run. */
export async function loadRun(path: string): Promise<Run> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new AppError("bad-input", `${path} cannot be read.`, { cause: error });
  }
  const queries = new Map<string, RunQuery>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const place = `${path}, line ${index + 1},`;
    const { id, query } = parseLine(line, place);
    if (queries.has(id)) throw notARun(place, `has the query ${JSON.stringify(id)} a second time`);
    queries.set(id, query);
  }
  if (queries.size === 0) throw notARun(path, "holds no query");
  return { path, queries };
}

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

function parseLine(line: string, place: string): { readonly id: string; readonly query: RunQuery } {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw notARun(place, "is not JSON", error);
  }
  if (!isJson(row) || typeof row.query !== "string" || typeof row.text !== "string" || !isJson(row.modes))
    throw notARun(place, "has no `query`, `text` and `modes`");
  const { modes } = row;
  const scores = SEARCH_MODES.flatMap((mode) => {
    const record = modes[mode];
    if (record === undefined) return [];
    return [[mode, parseScores(isJson(record) ? record.scores : undefined, `${place} ${mode},`)] as const];
  });
  return { id: row.query, query: { text: row.text, scores: new Map(scores) } };
}

function parseScores(value: unknown, place: string): Readonly<Record<MetricName, number>> {
  const scores: Partial<Record<MetricName, number>> = {};
  for (const name of METRIC_NAMES) {
    const score = isJson(value) ? value[name] : undefined;
    if (typeof score !== "number" || !(score >= 0 && score <= 1))
      throw notARun(place, `has no score ${name} from 0 to 1`);
    scores[name] = score;
  }
  return scores as Record<MetricName, number>;
}

const notARun = (place: string, fault: string, cause?: unknown): AppError =>
  new AppError("bad-input", `${place} ${fault}. \`wenxun eval DIR --per-query FILE\` writes runs.`, { cause });
