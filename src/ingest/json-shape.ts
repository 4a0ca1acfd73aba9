import type { FieldMap } from "./fields.ts";
import { signsOf } from "./record-likeness.ts";

/** Stands in a path for every element of a list. */
export const EACH_ELEMENT = "[]";
/** Stands in a path for every value of an object whose names are numbers or ids. */
export const EACH_VALUE = "*";

/** Where records lie inside a JSON value. */
export interface Place {
  /** Names from the value down to the records. */
  readonly path: readonly string[];
  /** The names of the cells, where each record is a list of cells. */
  readonly header?: readonly string[] | undefined;
}

/** What a JSON value is. */
export type Shape =
  | { readonly kind: "record"; readonly score: number; readonly hasWholeBody: boolean }
  | Container
  /** `{"title": {"0": …}, "body": {"0": …}}`: a table, column by column. */
  | { readonly kind: "columns" }
  | { readonly kind: "other" };

/** What holds records; `others` are lists that look less like articles, `score` says how much the best one does. */
export interface Container {
  readonly kind: "container";
  readonly places: readonly Place[];
  readonly others: readonly Place[];
  readonly score: number;
}

interface Candidate extends Place {
  score: number;
  readonly hasWholeBody?: boolean;
}

/** As people write a place: `hits.hits`. */
export const placeName = (path: readonly string[]): string =>
  path.filter((name) => name !== EACH_ELEMENT && name !== EACH_VALUE).join(".");

/** True where it stands for many records. */
export const isList = ({ path }: Place): boolean => path.some((name) => name === EACH_ELEMENT || name === EACH_VALUE);

/** Records lie no deeper than this. */
const MAX_DEPTH = 12;
/** The number of elements of a list that are looked at to tell what it holds. */
const SAMPLE_SIZE = 20;
/** A list is read when it looks at least this much like the one that looks most like articles. */
export const MIN_SHARE_OF_BEST = 0.75;
/** `{"1": {…}, "2": {…}}` is a list when this share of what it holds are records. */
const MIN_SHARE_OF_RECORDS = 0.8;
/** Lists that belong to an article. */
const BESIDE_ARTICLE = /relat|recommend|similar|comment|repl(?:y|ies)|tag|author|image|photo|media|相关|推荐|评论/i;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is known while one value is looked at. */
interface Looking {
  readonly map: FieldMap;
  /** Each object is looked at once, however many objects it stands in. */
  readonly shapes: Map<object, Shape>;
}

/** Tells a record from what holds records, by the fields of both. */
export const shapeOf = (value: unknown, map: FieldMap = {}): Shape => lookAt(value, { map, shapes: new Map() }, 0);

/** @param depth objects around it that are being looked at */
function lookAt(value: unknown, looking: Looking, depth: number): Shape {
  if ((!isObject(value) && !Array.isArray(value)) || depth > MAX_DEPTH) return { kind: "other" };
  const shape = looking.shapes.get(value) ?? findShape(value, looking, depth);
  looking.shapes.set(value, shape);
  return shape;
}

function findShape(value: Record<string, unknown> | unknown[], looking: Looking, depth: number): Shape {
  const { map } = looking;
  if (isColumns(value, map)) return { kind: "columns" };
  const record = unwrapRecord(value, map);
  const self = isObject(record) ? signsOf(record, map) : undefined;
  if (self?.hasWholeBody === true) return { kind: "record", score: self.score, hasWholeBody: self.hasWholeBody };

  const found = new Map<string, Candidate>();
  search(value, [], { ...looking, depth, found });
  const candidates = [...found.values()];
  if (self !== undefined && self.score > 0) {
    // A feed has a title and a description too; its items have more.
    const items = candidates.filter(
      (item) => item.score > self.score && !item.path.some((name) => BESIDE_ARTICLE.test(name)),
    );
    if (items.length === 0) return { kind: "record", score: self.score, hasWholeBody: self.hasWholeBody };
    return choose(items);
  }
  if (candidates.length > 0) return choose(candidates);
  if (isObject(value) && !hasLongText(value)) searchTexts(value, [], found);
  return found.size === 0 ? { kind: "other" } : choose([...found.values()]);
}

/** As long as an article's text is at least, in characters. */
const LONG_TEXT = 20;

/** 操作成功 is no text of an article, but what an answer says of itself. */
const HAN_TEXT = /\p{Script=Han}{5}|\p{Script=Han}.*[，。、：].*\p{Script=Han}/u;

/** Words one after the other: what an address, a number or a hash is not. */
const WORDS = /\p{L}[\p{P}]?\s+\p{L}/u;

const isLongText = (part: unknown): boolean =>
  typeof part === "string" && ((part.length >= LONG_TEXT && WORDS.test(part)) || HAN_TEXT.test(part));

const hasLongText = (object: Record<string, unknown>): boolean => Object.values(object).some(isLongText);

/** Lists of objects under names that say nothing: what holds texts may be articles. */
function searchTexts(value: Record<string, unknown>, path: readonly string[], found: Map<string, Candidate>): void {
  if (path.length > MAX_DEPTH) return;
  for (const name of Object.keys(value)) {
    const part = value[name];
    if (isObject(part)) searchTexts(part, [...path, name], found);
    if (!Array.isArray(part)) continue;
    const objects = part.slice(0, SAMPLE_SIZE).filter(isObject);
    if (objects.some(hasLongText)) offer(found, { path: [...path, name, EACH_ELEMENT], score: 1 });
  }
}

/** Under which answers give a page of results. */
const PAGE =
  /^(?:articles?|items?|data|list|results?|records?|hits|rows|docs|documents|entries|news|posts|feed|content)$/i;

/** `{"status": "ok", "articles": []}`: a page without results, and no record. */
export function isEmptyPage(value: Record<string, unknown>, depth = 0): boolean {
  if (depth > MAX_DEPTH || hasLongText(value)) return false;
  return Object.keys(value).some((name) => {
    const part = value[name];
    return (
      PAGE.test(name) && (Array.isArray(part) ? part.length === 0 : isObject(part) && isEmptyPage(part, depth + 1))
    );
  });
}

function choose(found: readonly Candidate[]): Shape {
  // Beside a list, an object without a text of its own is the head of it: the feed, the topic.
  const lists = found.filter(isList);
  const candidates = lists.length === 0 ? found : found.filter((one) => isList(one) || one.hasWholeBody === true);
  const best = candidates.reduce((most, { score }) => Math.max(most, score), 0);
  const isGood = ({ score }: Candidate): boolean => score >= best * MIN_SHARE_OF_BEST;
  const others = candidates.filter((one) => !isGood(one));
  return { kind: "container", places: candidates.filter(isGood), others, score: best };
}

/** A search for records in one value: how deep that one lies, and what was found in it. */
interface Search extends Looking {
  readonly depth: number;
  readonly found: Map<string, Candidate>;
}

function search(value: unknown, path: readonly string[], state: Search): void {
  if (path.length > MAX_DEPTH) return;
  if (Array.isArray(value)) searchList(value, path, state);
  else if (isObject(value)) searchObject(value, path, state);
}

function searchList(list: readonly unknown[], path: readonly string[], state: Search): void {
  const { map, found } = state;
  const sample = list.slice(0, SAMPLE_SIZE);
  const [first] = sample;
  const header = toHeader(first, map);
  if (header !== undefined && list.length > 1) {
    offer(found, { path: [...path, EACH_ELEMENT], score: scoreOfNames(header, map) });
    return;
  }
  const score = Math.max(0, ...sample.map((element) => scoreOf(element, map)));
  if (score > 0) offer(found, { path: [...path, EACH_ELEMENT], score });
  else for (const element of sample) search(element, [...path, EACH_ELEMENT], state);
}

function searchObject(object: Record<string, unknown>, path: readonly string[], state: Search): void {
  const { map, found, depth } = state;
  const table = findTable(object, map);
  if (table !== undefined) {
    offer(found, {
      path: [...path, table.name, EACH_ELEMENT],
      header: table.header,
      score: scoreOfNames(table.header, map),
    });
    return;
  }
  const names = Object.keys(object);
  const scores = names.map((name) => (isObject(object[name]) ? scoreOf(object[name], map) : 0));
  const scored = scores.filter((score) => score > 0).length;
  if (scored > 1 && scored >= names.length * MIN_SHARE_OF_RECORDS) {
    offer(found, { path: [...path, EACH_VALUE], score: scores.reduce((most, score) => Math.max(most, score), 0) });
    return;
  }
  names.forEach((name, index) => {
    const score = scores[index] ?? 0;
    const child = object[name];
    // {"channel": {"title": …, "items": […]}}: the items are meant, not the channel.
    if (score > 0 && isObject(child) && lookAt(child, state, depth + path.length + 1).kind === "record") {
      offer(found, { path: [...path, name], score, hasWholeBody: signsOf(child, map).hasWholeBody });
    } else search(child, [...path, name], state);
  });
}

function offer(found: Map<string, Candidate>, candidate: Candidate): void {
  const key = JSON.stringify(candidate.path);
  const known = found.get(key);
  if (known === undefined) found.set(key, candidate);
  else known.score = Math.max(known.score, candidate.score);
}

const scoreOf = (value: unknown, map: FieldMap): number => {
  const record = unwrapRecord(value, map);
  return isObject(record) ? signsOf(record, map).score : 0;
};

const scoreOfNames = (names: readonly string[], map: FieldMap): number =>
  signsOf(Object.fromEntries(names.map((name) => [name, "text"])), map).score;

/** The cells of a first row that name the columns. */
export function toHeader(row: unknown, map: FieldMap = {}): readonly string[] | undefined {
  if (!Array.isArray(row) || row.length === 0 || !row.every((cell) => typeof cell === "string")) return undefined;
  return new Set(row).size === row.length && scoreOfNames(row, map) > 0 ? row : undefined;
}

/** `{"columns": ["title", …], "data": [["…", …], …]}` and its kin. */
function findTable(
  object: Record<string, unknown>,
  map: FieldMap,
): { name: string; header: readonly string[] } | undefined {
  const rows = Object.keys(object).find((name) => Array.isArray(object[name]) && Array.isArray(object[name][0]));
  if (rows === undefined) return undefined;
  for (const name of Object.keys(object)) {
    const list = object[name];
    if (name === rows || !Array.isArray(list)) continue;
    const header = toHeader(
      list.map((column) => (isObject(column) ? (column.name ?? column.title) : column)),
      map,
    );
    if (header !== undefined) return { name: rows, header };
  }
  return undefined;
}

/** A table that was written column by column: every field holds its values by the number of the row, or as lists of one length. */
function isColumns(value: unknown, map: FieldMap): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  const first = names[0] ?? "";
  const keys = keysOf(value[first]);
  if (keys === undefined || keys.length === 0 || scoreOfNames(names, map) === 0) return false;
  // A list of paragraphs is a record, not a table.
  if (Array.isArray(value[first]) && (keys.length < 2 || names.length < 2)) return false;
  const text = keys.join("\u0000");
  return names.every((name) => isSameKind(value[name], value[first]) && keysOf(value[name])?.join("\u0000") === text);
}

const isSameKind = (one: unknown, other: unknown): boolean => Array.isArray(one) === Array.isArray(other);

function keysOf(column: unknown): readonly string[] | undefined {
  if (typeof column !== "object" || column === null) return undefined;
  const keys = Object.keys(column);
  const isRow = Array.isArray(column) || keys.every((key) => /^\d+$/.test(key));
  return isRow && Object.values(column).every((cell) => typeof cell !== "object" || cell === null) ? keys : undefined;
}

/** The records of a table by columns. */
export function toRows(columns: Record<string, unknown>): Record<string, unknown>[] {
  const names = Object.keys(columns);
  const keys = keysOf(columns[names[0] ?? ""]) ?? [];
  return keys.map((key) =>
    Object.fromEntries(names.map((name) => [name, (columns[name] as Record<string, unknown>)[key]])),
  );
}

/** Names under which exports and APIs put the record itself, beside what they say of it. */
const WRAPPERS = [
  "_source",
  "doc",
  "node",
  "attributes",
  "document",
  "article",
  "item",
  "post",
  "news",
  "data",
  "value",
  "fields",
];

/**
 * The record inside what an index, a database or an API wraps it in: `{"_id": …, "_source": {…}}`, `{"doc": {…}}`. Fields of the
 * wrapper that are plain values stay, where the record has none of that name.
 */
export function unwrapRecord(value: unknown, map: FieldMap = {}): unknown {
  if (!isObject(value)) return value;
  const name = WRAPPERS.find((wrapper) => isObject(value[wrapper]));
  if (name === undefined || signsOf(value, map).score > 0) return value;
  const inner = value[name];
  if (!isObject(inner) || signsOf(inner, map).score === 0) return value;
  const record: Record<string, unknown> = Object.create(null);
  for (const outer of Object.keys(value)) {
    // What an index says of its own, such as the score of a hit, is no field of an article.
    if (outer === "_id" || outer === "id" || !outer.startsWith("_")) {
      if (outer !== name && (typeof value[outer] !== "object" || isId(value[outer]))) record[outer] = value[outer];
    }
  }
  if (Object.hasOwn(inner, "id") || Object.hasOwn(inner, "_id")) {
    delete record.id;
    delete record._id;
  }
  return Object.assign(record, inner);
}

const isId = (value: unknown): boolean => isObject(value) && "$oid" in value;
