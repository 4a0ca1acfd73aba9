import type { Article } from "../archive/article.ts";
import { parseDate } from "./dates.ts";
import { FIELDS, type Field, type FieldMap, usualPlace } from "./fields.ts";
import { htmlToText, isHtml } from "./html.ts";
import { toArticleId } from "./identity.ts";
import { createZone } from "./zone.ts";

export interface MappingOptions {
  /** From `--map`; a field that is not in it is found by its usual names. */
  readonly fields?: FieldMap;
  /** The source of an article whose record names none. */
  readonly source?: string | undefined;
  /** IANA zone of dates that do not say theirs. Default Asia/Shanghai. */
  readonly timezone?: string;
}

/** An article, with what stood where its date was looked for when no date could be read from it; or why there is none. */
export type Mapped = { readonly article: Article; readonly badDate?: string } | { readonly problem: string };

export type ArticleMapper = (value: unknown) => Mapped;

/**
 * Makes the function record → article that every way in (files, standard input, the web) shares. It never throws: any
 * value is an article or a problem.
 * @throws AppError `usage` for an unknown time zone.
 */
export function createMapper(options: MappingOptions = {}): ArticleMapper {
  const zone = createZone(options.timezone ?? "Asia/Shanghai");
  const find = createFinder(options.fields ?? {});

  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { problem: `the record is ${describe(value)}, not an object with fields` };
    }
    const found = find(value as Record<string, unknown>);
    const title = readText(found.title, " ");
    const body = readText(found.body, "\n");
    if (title.problem !== undefined) return { problem: `title ${title.problem}` };
    if (body.problem !== undefined) return { problem: `body ${body.problem}` };
    const titleText = title.text ?? "";
    const bodyText =
      body.text !== undefined && isHtml(body.text) ? htmlToText(body.text) || body.text : (body.text ?? "");
    if (titleText === "" && bodyText === "") return { problem: `neither a title nor a body; ${listNames(value)}` };

    let publishedAtMs: number | undefined;
    let badDate: string | undefined;
    for (const candidate of found.published) {
      const date = unwrap(candidate);
      publishedAtMs = parseDate(date, zone);
      if (publishedAtMs !== undefined) break;
      badDate ??= isEmpty(date) ? undefined : excerptOf(date);
    }

    const id = readName(found.id);
    const givenUrl = readName(found.url);
    const source = readName(found.source) ?? options.source;
    const category = readName(found.category);
    const identity = { id, url: givenUrl, title: titleText, body: bodyText, source, publishedAtMs };
    const article: Article = {
      id: toArticleId(identity),
      title: titleText,
      body: bodyText,
      url: givenUrl !== undefined && isWebAddress(givenUrl) ? givenUrl : undefined,
      source,
      category,
      publishedAtMs,
    };
    return publishedAtMs === undefined && badDate !== undefined ? { article, badDate } : { article };
  };
}

type Found = Record<Field, unknown[]>;

/** Looks in a record for each field: at the place `--map` names, else under every usual name, the best one first. */
function createFinder(map: FieldMap): (record: Record<string, unknown>) => Found {
  const mapped = FIELDS.filter((field) => map[field] !== undefined);
  return (record) => {
    const found: Found = { id: [], title: [], body: [], url: [], source: [], category: [], published: [] };
    const ranks: Partial<Record<Field, number[]>> = {};
    for (const name of Object.keys(record)) {
      const place = usualPlace(name);
      if (place === undefined || map[place.field] !== undefined) continue;
      const values = found[place.field];
      const known = ranks[place.field] ?? [];
      ranks[place.field] = known;
      let index = known.length;
      while (index > 0 && (known[index - 1] ?? 0) > place.rank) index--;
      known.splice(index, 0, place.rank);
      values.splice(index, 0, record[name]);
    }
    for (const field of mapped) found[field] = [lookUp(record, map[field] ?? "")];
    return found;
  };
}

/** The value at a dotted path; a field whose own name holds the dots comes first. */
function lookUp(record: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(record, path)) return record[path];
  let value: unknown = record;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

interface TextFound {
  readonly text?: string;
  readonly problem?: string;
}

/** The first candidate that holds text. An array of texts is joined; anything else in the place of text is a problem. */
function readText(candidates: readonly unknown[], joint: string): TextFound {
  let problem: string | undefined;
  for (const candidate of candidates) {
    const value = unwrap(candidate);
    if (isEmpty(value)) continue;
    const text = Array.isArray(value) ? joinTexts(value, joint) : scalarText(value);
    if (text === undefined) problem ??= `holds ${describe(value)} where text belongs; --map can name a field inside it`;
    else if (text !== "") return { text };
  }
  return problem === undefined ? {} : { problem };
}

/** A short text that an article can do without: of an array the first, of an object its name, of anything else nothing. */
function readName(candidates: readonly unknown[]): string | undefined {
  for (const candidate of candidates) {
    let value = unwrap(candidate);
    if (Array.isArray(value)) value = unwrap(value[0]);
    if (typeof value === "object" && value !== null) value = (value as { name?: unknown }).name;
    const text = scalarText(value);
    if (text !== undefined && text !== "") return text;
  }
  return undefined;
}

function joinTexts(values: readonly unknown[], joint: string): string | undefined {
  const texts: string[] = [];
  for (const value of values) {
    if (value === null) continue;
    const text = scalarText(value);
    if (text === undefined) return undefined;
    if (text !== "") texts.push(text);
  }
  return texts.join(joint);
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return cleanText(value);
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return undefined;
}

const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Without the characters that no text needs and that databases and feeds stumble over: NUL and its kin, lone surrogates. */
function cleanText(text: string): string {
  if (CONTROLS.test(text)) text = text.replace(new RegExp(CONTROLS, "g"), "");
  return text.toWellFormed().trim();
}

/** What database exports wrap: `{"$oid": …}`, `{"$date": …}`, `{"$numberLong": …}` (MongoDB Extended JSON v2). */
function unwrap(value: unknown): unknown {
  while (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const [name, ...more] = Object.keys(value);
    if (more.length > 0 || (name !== "$oid" && name !== "$date" && name !== "$numberLong")) break;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";

function isWebAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "http:" || protocol === "https:";
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array that is not of texts";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}

const excerptOf = (value: unknown): string => {
  const text = typeof value === "object" ? describe(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text.toWellFormed();
};

function listNames(value: object): string {
  const names = Object.keys(value);
  if (names.length === 0) return "it has no fields";
  const shown = names.slice(0, 12).map((name) => excerptOf(name));
  return `its fields are ${shown.join(", ")}${names.length > shown.length ? " …" : ""} (--map title=NAME says which to read)`;
}
