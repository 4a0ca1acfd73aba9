import { fold } from "../text/fold.ts";
import { scanRuns } from "../text/runs.ts";
import { MAX_OPERATORS, MAX_QUERY_UNITS } from "./limits.ts";

/**
 * What a person asked, taken apart:
 *
 *     北京 冬奥会 "开幕 仪式" -门票 -"闭幕式"
 *     └─words──┘ └─phrase──┘ └─exclusions─┘
 */
export interface ParsedQuery {
  /** As typed, cut to {@link MAX_QUERY_UNITS}. */
  readonly typed: string;
  /**
   * What is looked for by meaning: words and phrases in their order, without quotes and exclusions. Folded, so that a query
   * and its twin in the other script are one text, whatever the encoder makes of scripts.
   */
  readonly text: string;
  /** Folded stretches without separator, distinct, in order. `iphone15手机` is one word of two runs. */
  readonly words: readonly string[];
  /** Folded, white space collapsed, distinct; each must stand so in the title or the body. */
  readonly phrases: readonly string[];
  /** Like phrases; none may stand in the title or the body. */
  readonly exclusions: readonly string[];
  /** Some of it was left out: it was too long or had too many phrases and exclusions. */
  readonly wasCut: boolean;
  /** Nothing was typed but white space. */
  readonly isEmpty: boolean;
}

/** Any of the double quotes closes any other; corner brackets and guillemets close their own kind. */
const DOUBLE_QUOTES = '"“”„‟＂';
const CLOSING: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...DOUBLE_QUOTES].map((quote) => [quote, DOUBLE_QUOTES])),
  "「": "」",
  "『": "』",
  "«": "»",
};
const MINUS = "-－";

/** Takes a query apart. Never throws: what is no operator is text. */
export function parseQuery(query: string): ParsedQuery {
  const typed = cutQuery(query);
  const phrases = new Set<string>();
  const exclusions = new Set<string>();
  let text = "";
  let free = "";
  for (let index = 0; index < typed.length; ) {
    const excludes = isMinusAt(typed, index);
    const quoted = readQuoted(typed, excludes ? index + 1 : index);
    if (quoted !== undefined) {
      const phrase = toPhrase(quoted.content);
      if (phrase !== undefined) (excludes ? exclusions : phrases).add(phrase);
      if (!excludes) text += ` ${quoted.content} `;
      free += " ";
      index = quoted.end;
    } else if (excludes) {
      const end = endOfWord(typed, index + 1);
      const phrase = toPhrase(typed.slice(index + 1, end));
      if (phrase !== undefined) exclusions.add(phrase);
      free += " ";
      index = end;
    } else {
      const end = endOfPlainText(typed, index);
      text += typed.slice(index, end);
      free += typed.slice(index, end);
      index = end;
    }
  }
  const keptPhrases = [...phrases].slice(0, MAX_OPERATORS);
  const keptExclusions = [...exclusions].slice(0, MAX_OPERATORS - keptPhrases.length);
  return {
    typed,
    text: fold(text).replace(/\s+/g, " ").trim().toWellFormed(),
    words: [...new Set(toWords(fold(free)))],
    phrases: keptPhrases,
    exclusions: keptExclusions,
    wasCut: typed.length < query.length || phrases.size + exclusions.size > MAX_OPERATORS,
    isEmpty: typed.trim() === "",
  };
}

function cutQuery(query: string): string {
  if (query.length <= MAX_QUERY_UNITS) return query;
  const unit = query.charCodeAt(MAX_QUERY_UNITS - 1);
  const splitsPair = unit >= 0xd800 && unit <= 0xdbff;
  return query.slice(0, splitsPair ? MAX_QUERY_UNITS - 1 : MAX_QUERY_UNITS);
}

const isSpace = (character: string | undefined): boolean => character === undefined || /\s/.test(character);

/** A minus that excludes: at the start or after white space, and with something other than white space or a minus after it. */
function isMinusAt(typed: string, index: number): boolean {
  const next = typed[index + 1];
  return (
    MINUS.includes(typed.charAt(index)) &&
    isSpace(typed[index - 1]) &&
    next !== undefined &&
    !isSpace(next) &&
    !MINUS.includes(next)
  );
}

/** The content of a quotation that opens at `index` and is closed later; `end` is behind the closing quote. */
function readQuoted(typed: string, index: number): { content: string; end: number } | undefined {
  const closing = CLOSING[typed.charAt(index)];
  if (closing === undefined) return undefined;
  let end = -1;
  for (const quote of closing) {
    const found = typed.indexOf(quote, index + 1);
    if (found >= 0 && (end < 0 || found < end)) end = found;
  }
  return end < 0 ? undefined : { content: typed.slice(index + 1, end), end: end + 1 };
}

function endOfWord(typed: string, index: number): number {
  while (index < typed.length && !isSpace(typed[index]) && readQuoted(typed, index) === undefined) index++;
  return index;
}

/** Where the next operator begins; at least one character on. */
function endOfPlainText(typed: string, index: number): number {
  for (index++; index < typed.length; index++) {
    if (isMinusAt(typed, index) || readQuoted(typed, index) !== undefined) break;
  }
  return index;
}

/** Folded, white space collapsed, from the first letter or digit to the last; undefined where there is none. */
function toPhrase(content: string): string | undefined {
  const folded = fold(content).replace(/\s+/g, " ");
  let first = -1;
  let last = -1;
  scanRuns(folded, (_kind, start, end) => {
    if (first < 0) first = start;
    last = end;
  });
  return first < 0 ? undefined : folded.slice(first, last);
}

/** The stretches of folded text between separators. */
export function toWords(folded: string): string[] {
  const words: string[] = [];
  let wordStart = 0;
  let wordEnd = -1;
  scanRuns(folded, (_kind, start, end) => {
    if (start !== wordEnd) {
      if (wordEnd > wordStart) words.push(folded.slice(wordStart, wordEnd));
      wordStart = start;
    }
    wordEnd = end;
  });
  if (wordEnd > wordStart) words.push(folded.slice(wordStart, wordEnd));
  return words;
}
