import { CLOSING_QUOTES } from "./quotes.ts";

/** A piece of a query. `spaced`: white space, or the beginning of the query or of a group, comes before it. */
export type Token = { readonly spaced: boolean } & (
  | { readonly kind: "open" | "close" | "or" | "and" | "not" }
  /** A name of {@link FIELDS} and its colon; a value follows without space. */
  | { readonly kind: "field"; readonly field: Field; readonly raw: string }
  /** `distance` where the quotation is followed by `~5`. */
  | { readonly kind: "quote"; readonly content: string; readonly distance?: number }
  /** Anything else, up to white space or another token. Not empty. */
  | { readonly kind: "text"; readonly raw: string }
);

export type Field = "title" | "source" | "category" | "before" | "after";

/** What may stand before a colon, in lower case. */
const FIELDS: ReadonlyMap<string, Field> = new Map([
  ["title", "title"],
  ["intitle", "title"],
  ["标题", "title"],
  ["標題", "title"],
  ["source", "source"],
  ["来源", "source"],
  ["來源", "source"],
  ["category", "category"],
  ["分类", "category"],
  ["分類", "category"],
  ["before", "before"],
  ["after", "after"],
]);

const FIELD = /([a-z]{1,12}|\p{Script=Han}{2})([:：])/iuy;
const KEYWORD = /(?:OR|AND|NOT)(?![^\s()（）])/y;
const DISTANCE = /[~～](\d+)(?![\p{L}\p{N}]|\.\p{N})/uy;
const SPACE = /\s/;
const MINUS = "-－−";
/** Digits and what measures them: −5℃, −3.5%, −2021年; letters after the digits make it a word, such as −5G. */
const NUMBER = /[\p{N}][\p{N}.,]*(?![a-z\p{N}])/iuy;

/** Cuts a query into tokens, in time that grows with its length alone. Every character but white space is in one of them. */
export function readTokens(query: string): Token[] {
  const tokens: Token[] = [];
  const nextClosing = findClosings(query);
  let spaced = true;
  let text = "";
  let textSpaced = true;
  const flush = (): void => {
    if (text !== "") tokens.push({ kind: "text", raw: text, spaced: textSpaced });
    text = "";
  };
  const push = (token: Token): void => {
    flush();
    tokens.push(token);
    spaced = token.kind === "open";
  };
  for (let index = 0; index < query.length; ) {
    const character = query.charAt(index);
    const closing = nextClosing(index);
    const atStart = text === "";
    if (SPACE.test(character)) {
      flush();
      spaced = true;
      index++;
    } else if (closing !== undefined) {
      const distance = matchAt(DISTANCE, query, closing + 1);
      push({
        kind: "quote",
        content: query.slice(index + 1, closing),
        spaced: spaced && atStart,
        ...(distance === undefined ? {} : { distance: Number(distance[1]) }),
      });
      index = closing + 1 + (distance?.[0].length ?? 0);
    } else if ("(（".includes(character)) {
      push({ kind: "open", spaced: spaced && atStart });
      index++;
    } else if (")）".includes(character)) {
      push({ kind: "close", spaced: spaced && atStart });
      index++;
    } else if (character === "|") {
      push({ kind: "or", spaced: true });
      while (query.charAt(index) === "|") index++;
      spaced = true;
    } else if (
      atStart &&
      (spaced || tokens.at(-1)?.kind === "field") &&
      MINUS.includes(character) &&
      excludesAt(query, index + 1)
    ) {
      push({ kind: "not", spaced: true });
      index++;
    } else {
      const word = atStart && spaced ? matchAt(KEYWORD, query, index)?.[0] : undefined;
      const field = atStart ? matchFieldAt(query, index, spaced) : undefined;
      const name = FIELDS.get((field?.[1] ?? "").toLowerCase());
      if (word !== undefined) {
        push({ kind: word.toLowerCase() as "or" | "and" | "not", spaced: true });
        index += word.length;
      } else if (field !== undefined && name !== undefined && hasValueAt(query, index + field[0].length)) {
        push({ kind: "field", field: name, raw: field[0], spaced });
        index += field[0].length;
      } else {
        if (atStart) textSpaced = spaced;
        text += character;
        spaced = false;
        index++;
      }
    }
  }
  flush();
  return tokens;
}

/** In the midst of a text, a full-width colon after a Chinese word is punctuation: 快讯，来源：新华社. */
function matchFieldAt(query: string, index: number, spaced: boolean): RegExpExecArray | undefined {
  const field = matchAt(FIELD, query, index);
  return field?.[2] === "：" && !spaced && !/^[a-z]/i.test(field[0]) ? undefined : field;
}

/** Whether what follows a minus is a word, a quotation, a group or a field: −5℃ and a lone minus exclude nothing. */
function excludesAt(query: string, index: number): boolean {
  const next = query.charAt(index);
  if (next === "" || SPACE.test(next) || MINUS.includes(next)) return false;
  return matchAt(NUMBER, query, index) === undefined;
}

/** Whether a text is a known field and its colon, without a value: `after: 2021`. */
export const isLoneField = (raw: string): boolean => /[:：]$/.test(raw) && FIELDS.has(raw.slice(0, -1).toLowerCase());

const hasValueAt = (query: string, index: number): boolean =>
  index < query.length && !SPACE.test(query.charAt(index)) && !")）|".includes(query.charAt(index));

function matchAt(pattern: RegExp, text: string, index: number): RegExpExecArray | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text) ?? undefined;
}

const CLOSING_MARKS = new Set(CLOSING_QUOTES.values());

/** Tells where the quotation that opens at an index is closed; undefined where none opens, or none closes it. */
function findClosings(query: string): (index: number) => number | undefined {
  const closings = new Map<number, number>();
  /** The next mark of each kind, seen from behind. */
  const next = new Map<string, number>();
  for (let index = query.length - 1; index >= 0; index--) {
    const mark = query.charAt(index);
    const closing = CLOSING_QUOTES.get(mark);
    const end = closing === undefined ? undefined : next.get(closing);
    if (end !== undefined) closings.set(index, end);
    for (const marks of CLOSING_MARKS) if (marks.includes(mark)) next.set(marks, index);
  }
  return (index) => closings.get(index);
}
