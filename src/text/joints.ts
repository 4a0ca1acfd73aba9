/**
 * One name, however its parts are joined. Where letters, digits and signs meet, people write the same name in several ways; the
 * fold writes each of them one way, and search/ and the encoder see no other:
 *
 *     比尔·盖茨, 比尔‧盖茨, 比尔•盖茨       比尔盖茨       dots between Chinese characters are dropped
 *     J·K·罗琳, J.K.罗琳                    jk罗琳         and those of initials
 *     9·11, 9．11                           9.11           between digits every dot is a point
 *     COVID-19, covid 19                    covid19        letters and the digits behind them are one
 *     NBA2021, NBA-2021                     nba 2021       but for years
 *     歼-20, 东风-41                        歼20, 东风41   and models with a Chinese name
 *     737-MAX, 737MAX, iPhone15Pro          737 max, iphone15 pro       digits and a word behind them are two
 *     Wi-Fi, e-mail                         wifi, email    hyphens next to one or between two times two letters
 *     1,000万                               1000万         commas that part thousands
 *     3.5 %, 5 ℃, A & B                     3.5%, 5°c, a&b  signs stand at what they belong to
 */

import { UnitReader } from "./unit-reader.ts";

/** What the fold makes of every dot that parts names: ‧ ・ • ∙ ⋅. */
export const DOT_SIGN = "·";

/** Calls `onEdit` for each stretch [start, end) of `text` that is written as `replacement`: ascending, not overlapping. */
export type OnEdit = (start: number, end: number, replacement: "" | " " | ".") => void;

const HAN = 1;
const LETTER = 2;
const DIGIT = 3;
const DOT = 4;
const POINT = 5;
const HYPHEN = 6;
const SPACE = 7;
const COMMA = 8;
const PERCENT = 9;
const DEGREE = 10;
const AMPERSAND = 11;
const BREAK = 12;

/** Longer ones are no name with a number behind it. */
const MAX_NAME_LETTERS = 15;
const MAX_NAME_DIGITS = 5;
/** A number behind a space has fewer: 5 GW, not 10000 people. */
const MAX_SPACED_DIGITS = 4;

/** English words before a number that are no name of it. */
const NO_NAMES = new Set(
  "a about after against an and are as at be before between but by for from in is not of on or over since than that the these this those to under until was were with".split(
    " ",
  ),
);
/** 1st, 2nd, 3rd, 4th are one word. */
const ORDINAL_ENDINGS = new Set(["st", "nd", "rd", "th"]);
/** Chinese names, folded, that a number behind a hyphen belongs to: aircraft, missiles, rockets, satellites. */
const MODEL_NAME =
  /(?:[歼运轰直强苏图卡]|米格|伊尔|武直|空警|东风|巨浪|红旗|鹰击|霹雳|长征|神舟|天宫|天舟|嫦娥|高分|风云|翼龙|彩虹)$/;
/** {@link MODEL_NAME} has so many UTF-16 units at most. */
const MAX_MODEL_NAME_UNITS = 2;
/** Codes of countries, between which a hyphen parts: EU-UK. */
const COUNTRY_CODES = new Set(["cn", "eu", "hk", "jp", "kr", "ru", "tw", "uk", "un", "us"]);

function classify(): Uint8Array {
  const table = new Uint8Array(0x10000);
  // Kana, Bopomofo, ideographs, Hangul syllables, and the surrogates, which are those of rare ideographs where they matter here.
  table.fill(HAN, 0x3041, 0x3130).fill(HAN, 0x3400, 0xa000).fill(HAN, 0xac00, 0xe000);
  // Latin that the fold leaves, Greek, Cyrillic.
  table.fill(LETTER, 0xdf, 0x250).fill(LETTER, 0x370, 0x530);
  const set = (characters: string, kind: number): void => {
    for (const character of characters) table[character.charCodeAt(0)] = kind;
  };
  set("abcdefghijklmnopqrstuvwxyz", LETTER);
  set("0123456789", DIGIT);
  set(DOT_SIGN, DOT);
  set(".", POINT);
  set("-", HYPHEN);
  set(" ", SPACE);
  set(",", COMMA);
  set("%‰", PERCENT);
  set("°", DEGREE);
  set("&", AMPERSAND);
  set("\n\r\u2028\u0085", BREAK);
  return table;
}

const classes = classify();
const reader = new UnitReader();

/** The class of the unit at `index`; 0 outside of the text. */
const kindAt = (text: string, index: number): number =>
  index < 0 || index >= text.length ? 0 : (classes[text.charCodeAt(index)] as number);

/** Where the run of `kind` that ends before `end` begins. */
function startOfRun(text: string, end: number, kind: number): number {
  let start = end;
  while (kindAt(text, start - 1) === kind) start--;
  return start;
}

/** Where the run of `kind` that begins at `start` ends. */
function endOfRun(text: string, start: number, kind: number): number {
  let end = start;
  while (kindAt(text, end) === kind) end++;
  return end;
}

const isWordKind = (kind: number): boolean => kind === LETTER || kind === DIGIT;

/** A single letter between others than letters and digits: an initial. */
const isInitial = (text: string, index: number): boolean =>
  kindAt(text, index) === LETTER && !isWordKind(kindAt(text, index - 1)) && !isWordKind(kindAt(text, index + 1));

/** The digits at `start` are a year and not a part of the name before them, which has `letters` letters. */
function isYear(text: string, start: number, end: number, letters: number): boolean {
  const century = text.slice(start, start + 2);
  return letters > 1 && end - start === 4 && (century === "19" || century === "20") && kindAt(text, end) !== LETTER;
}

export interface JointOptions {
  /** White space inside Chinese is dropped too: one space, or a line break that no blank line and no indentation follows. Default false. */
  readonly joinsChinese?: boolean;
}

/** Finds the joints of text that is folded but for its words: lower case, one character per class, no invisible characters. */
export function scanJoints(text: string, onEdit: OnEdit, { joinsChinese = false }: JointOptions = {}): void {
  const units = reader.read(text);
  for (
    let index = nextSign(units, 0, text.length);
    index < text.length;
    index = nextSign(units, index + 1, text.length)
  ) {
    const kind = classes[units[index] as number] as number;
    if (kind < DOT) {
      if (parts(text, index, kind)) onEdit(index, index, " ");
      continue;
    }
    if (joinsChinese && (kind === SPACE || kind === BREAK) && kindAt(text, index - 1) === HAN) {
      const end = endOfGap(text, index);
      if (kindAt(text, end) === HAN) {
        onEdit(index, end, "");
        index = end - 1;
        continue;
      }
    }
    const replacement = editAt(text, index, kind);
    if (replacement !== undefined) onEdit(index, index + 1, replacement);
  }
}

/** The next place from `start` on, below `end`, where a sign stands, or where letters and digits meet. */
function nextSign(units: Uint16Array, start: number, end: number): number {
  let before = start > 0 ? (classes[units[start - 1] as number] as number) : 0;
  for (let index = start; index < end; index++) {
    const kind = classes[units[index] as number] as number;
    if (kind >= DOT || (kind === DIGIT && before === LETTER) || (kind === LETTER && before === DIGIT)) return index;
    before = kind;
  }
  return end;
}

/** Behind the white space at `index`, as far as it may stand inside a word. */
function endOfGap(text: string, index: number): number {
  const line = endOfRun(text, index, SPACE);
  if (kindAt(text, line) !== BREAK) return index + 1;
  const next = text.startsWith("\r\n", line) ? line + 2 : line + 1;
  return kindAt(text, next) === SPACE ? next + 1 : next;
}

/** Whether letters and digits that meet at `index` are two words: NBA|2021, 737|max; not covid19, 5g, 1st. */
function parts(text: string, index: number, kind: number): boolean {
  const end = endOfRun(text, index, kind);
  if (kind === DIGIT) return isYear(text, index, end, index - startOfRun(text, index, LETTER));
  return end - index > 1 && !ORDINAL_ENDINGS.has(text.slice(index, end));
}

/** What is written for the sign at `index`, undefined for itself. */
function editAt(text: string, index: number, kind: number): "" | " " | "." | undefined {
  const left = kindAt(text, index - 1);
  const right = kindAt(text, index + 1);
  switch (kind) {
    case DOT:
      return editDot(text, index, left, right);
    case POINT:
      return editPoint(text, index, left, right);
    case HYPHEN:
      return editHyphen(text, index, left, right);
    case SPACE:
      return editSpace(text, index, left, right);
    case COMMA:
      return left === DIGIT && right === DIGIT ? editComma(text, index) : undefined;
    default:
      return undefined;
  }
}

function editDot(text: string, index: number, left: number, right: number): "" | " " | "." | undefined {
  if (left === DIGIT && right === DIGIT) return ".";
  const partsNames = (left === HAN || left === LETTER) && (right === HAN || right === LETTER);
  if (!partsNames) return undefined;
  return left === HAN || right === HAN || isInitial(text, index - 1) || isInitial(text, index + 1) ? "" : " ";
}

/** A full stop that stands for a dot: 比尔.盖茨, j.k.罗琳, u.s. */
function editPoint(text: string, index: number, left: number, right: number): "" | undefined {
  const opens = left === HAN || isInitial(text, index - 1);
  const closes = right === HAN || isInitial(text, index + 1);
  if (opens && closes) return "";
  const isLast = isInitial(text, index - 1) && text[index - 2] === "." && isInitial(text, index - 3);
  return isLast ? "" : undefined;
}

function editHyphen(text: string, index: number, left: number, right: number): "" | " " | undefined {
  if (left === DIGIT && right === LETTER) return endOfRun(text, index + 1, LETTER) - index > 2 ? " " : "";
  if (left === HAN && right === DIGIT && kindAt(text, endOfRun(text, index + 1, DIGIT)) !== DEGREE)
    return MODEL_NAME.test(text.slice(Math.max(0, index - MAX_MODEL_NAME_UNITS), index)) ? "" : undefined;
  if (left !== LETTER) return undefined;
  const start = startOfRun(text, index, LETTER);
  const letters = index - start;
  if (right === DIGIT) {
    const end = endOfRun(text, index + 1, DIGIT);
    if (letters > MAX_NAME_LETTERS || end - index - 1 > MAX_NAME_DIGITS) return undefined;
    return isYear(text, index + 1, end, letters) ? " " : "";
  }
  if (right !== LETTER || kindAt(text, start - 1) === HYPHEN || kindAt(text, start - 1) === DIGIT) return undefined;
  const end = endOfRun(text, index + 1, LETTER);
  if (letters === 1) return "";
  const isShort = letters === 2 && end - index - 1 === 2 && kindAt(text, end) !== HYPHEN;
  return isShort && !(COUNTRY_CODES.has(text.slice(start, index)) || COUNTRY_CODES.has(text.slice(index + 1, end)))
    ? ""
    : undefined;
}

function editSpace(text: string, index: number, left: number, right: number): "" | undefined {
  if (left === DIGIT && (right === PERCENT || right === DEGREE)) return "";
  if (left === LETTER && right === AMPERSAND)
    return kindAt(text, index + 2) === SPACE && kindAt(text, index + 3) === LETTER ? "" : undefined;
  if (left === AMPERSAND && right === LETTER)
    return kindAt(text, index - 2) === SPACE && kindAt(text, index - 3) === LETTER ? "" : undefined;
  return left === LETTER && right === DIGIT && isNumberOfName(text, index) ? "" : undefined;
}

/** Whether the space at `index` stands between a name and its number: iphone 15, gpt 3.5; not in 15, up 3 %, nba 2021, may 8-10. */
function isNumberOfName(text: string, index: number): boolean {
  const start = startOfRun(text, index, LETTER);
  const end = endOfRun(text, index + 1, DIGIT);
  if (index - start > MAX_NAME_LETTERS || end - index - 1 > MAX_SPACED_DIGITS) return false;
  if (isYear(text, index + 1, end, index - start) || NO_NAMES.has(text.slice(start, index))) return false;
  const after = kindAt(text, end);
  if (after === PERCENT || after === DEGREE) return false;
  const next = kindAt(text, end + 1);
  // 5g is a name of its own; 15 pro becomes two words.
  if (after === LETTER && next !== LETTER) return false;
  if (after === SPACE) return next !== PERCENT && next !== DEGREE;
  return next !== DIGIT || after === POINT || after === LETTER;
}

/** A comma before three digits and behind one to three. */
function editComma(text: string, index: number): "" | undefined {
  const isGroup = endOfRun(text, index + 1, DIGIT) - index === 4;
  return isGroup && index - startOfRun(text, index, DIGIT) <= 3 ? "" : undefined;
}
