import { cleanBody, cleanCharacters, cleanTitle, isNothing } from "./clean-text.ts";

/** The values of a record as texts. */

/** Names under which an object keeps the one text that it stands for, the better ones first (WordPress, XML as JSON, rich text). */
const INNER_TEXT = [
  "rendered",
  "text",
  "#text",
  "_text",
  "$t",
  "$",
  "_",
  "value",
  "@value",
  "__cdata",
  "#cdata-section",
  "content",
  "html",
  "plain",
  "raw",
];

/** What database exports wrap: `{"$oid": …}`, `{"$numberLong": …}` (MongoDB Extended JSON v2). */
function unwrap(value: unknown): unknown {
  while (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const [name = "", ...more] = Object.keys(value);
    if (more.length > 0 || !/^\$(?:oid|date|number\w+|uuid|symbol)$/.test(name)) break;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "string" && isNothing(value.trim()));

/** A text, a number or what an object keeps as its text; undefined for anything else. */
function scalarText(value: unknown): string | undefined {
  const inner = unwrap(value);
  if (typeof inner === "string") return isNothing(inner.trim()) ? "" : inner;
  if (typeof inner === "number") return Number.isNaN(inner) ? "" : String(inner);
  if (typeof inner === "bigint") return String(inner);
  if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return undefined;
  const own = inner as Record<string, unknown>;
  const name = INNER_TEXT.find((name) => Object.hasOwn(own, name) && typeof own[name] === "string");
  return name === undefined ? undefined : scalarText(own[name]);
}

/** Lists in lists that are read; no text is kept in deeper ones. */
const MAX_LISTS = 8;

/** A text or a list of them, joined; undefined for what is no text. Empty parts leave no gap. */
function toText(value: unknown, joint: string, clean: (text: string) => string, lists = 0): string | undefined {
  const inner = unwrap(value);
  if (!Array.isArray(inner)) {
    const text = scalarText(inner);
    return text === undefined ? undefined : clean(text);
  }
  if (lists === MAX_LISTS) return undefined;
  const texts: string[] = [];
  for (const part of inner as readonly unknown[]) {
    if (part === null || part === undefined) continue;
    // A list in a list: paragraphs of sentences.
    const text = Array.isArray(part) ? toText(part, "", clean, lists + 1) : scalarText(part);
    if (text === undefined) return undefined;
    const cleaned = clean(text);
    if (cleaned !== "") texts.push(cleaned);
  }
  return texts.join(joint);
}

/** The title that a value holds; empty where it holds nothing, undefined where it is no text. */
export const toTitle = (value: unknown): string | undefined => toText(value, " ", cleanTitle);

/** The body that a value holds; the paragraphs of a list stand apart. */
export function toBody(value: unknown): string | undefined {
  const text = toText(value, "\n\n", cleanBody);
  const listed = text === undefined ? undefined : readListText(text);
  return listed === undefined
    ? text
    : listed
        .map(cleanBody)
        .filter((part) => part !== "")
        .join("\n\n");
}

const LIST_TEXT = /^\[\s*(?:".*"|'.*')\s*\]$/s;
/** A text of Python's, in quotes of either kind. */
const PYTHON_TEXT = /'([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)"/gsy;

/** The texts of a list that a table keeps as one text: `["一", "二"]` as JSON writes it, `['一', '二']` as Python does. */
function readListText(text: string): readonly string[] | undefined {
  if (!text.startsWith("[") || !LIST_TEXT.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((part) => typeof part === "string") ? parsed : undefined;
  } catch {
    return readPythonList(text);
  }
}

function readPythonList(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  for (let at = 1; ; ) {
    PYTHON_TEXT.lastIndex = at;
    const match = PYTHON_TEXT.exec(text);
    if (match === null) return undefined;
    parts.push(
      (match[1] ?? match[2] ?? "").replace(/\\(n|t|.)/gs, (_, mark: string) =>
        mark === "n" ? "\n" : mark === "t" ? "\t" : mark,
      ),
    );
    const next = /^\s*(,\s*|\]$)/.exec(text.slice(PYTHON_TEXT.lastIndex));
    if (next === null) return undefined;
    if (next[1]?.startsWith("]") === true) return parts;
    at = PYTHON_TEXT.lastIndex + next[0].length;
  }
}

/** A short text that an article can do without: of an array the first, of an object its name, of anything else nothing. */
export function toName(value: unknown): string | undefined {
  let inner = unwrap(value);
  if (Array.isArray(inner)) inner = unwrap(inner[0]);
  if (typeof inner === "object" && inner !== null) {
    const { name, title } = inner as { name?: unknown; title?: unknown };
    inner = name ?? title ?? scalarText(inner);
  }
  const text = scalarText(inner);
  return text === undefined ? undefined : cleanTitle(text);
}

/** An id or an address, as it stands. */
export function toPlain(value: unknown): string | undefined {
  let inner = unwrap(value);
  if (Array.isArray(inner)) inner = unwrap(inner[0]);
  if (typeof inner === "object" && inner !== null) {
    const { name, href } = inner as { name?: unknown; href?: unknown };
    inner = href ?? name ?? scalarText(inner);
  }
  const text = scalarText(inner);
  return text === undefined ? undefined : cleanCharacters(text);
}

export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array that is not of texts";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}

export const excerptOf = (value: unknown): string => {
  const text = typeof value === "object" ? describe(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text.toWellFormed();
};
