import { HAN, SEPARATOR, unitClassAt, WORD } from "./runs.ts";

/**
 * The units of folded text: what a query asks for as a whole, and what the index knows as a term.
 *
 *     人工智能gpt3.5，c++涨3.5%    人工智能 | gpt3.5 | c++ | 涨 | 3.5%
 *
 * A unit is a Chinese run (see runs.ts), or a word of another script with the signs that belong to it:
 *
 *     3.5  192.168.0.1  node.js      a point between letters or digits
 *     at&t                           & between letters or digits
 *     12:30                          : between digits
 *     c++  f#  disney+  18+          + and # behind letters or digits, with neither behind them
 *     .net                           a point before letters, with neither letter nor digit before it
 *     3.5%  5°c  -5°c                a sign behind a number, and then a minus before it
 *
 * It is found by its parts too: `gpt` and `3.5` of gpt3.5, `node` and `js` of node.js, `3.5` of 3.5%, `5°c` of -5°c. A number is
 * never cut, 3.5 is not 5; nor is a name of a single letter: c++ is not c, 5g not g, at&t not t.
 */
export type UnitKind = typeof HAN | typeof WORD;

/** Calls `onUnit(kind, start, end)` for each unit of folded text, in order; offsets are UTF-16, end exclusive. */
export function scanUnits(folded: string, onUnit: OnUnit): void {
  for (let index = 0; index < folded.length; ) {
    const kind = unitClassAt(folded, index);
    let end = index + 1;
    if (kind !== SEPARATOR) while (end < folded.length && unitClassAt(folded, end) === kind) end++;
    if (kind === HAN) onUnit(HAN, index, end);
    else if (kind === WORD) {
      const unit = wordAt(folded, index, end);
      onUnit(WORD, unit.start, unit.end);
      end = unit.end;
    }
    index = end;
  }
}

/** The unit that the letters and digits at [start, runEnd) begin, with the signs that belong to it. */
export function wordAt(
  folded: string,
  start: number,
  runEnd: number,
): { readonly start: number; readonly end: number } {
  const isPlain = !isSign(folded, runEnd) && !isSign(folded, start - 1);
  return isPlain ? { start, end: runEnd } : signedWordAt(folded, start, runEnd);
}

/** `onUnit(kind, start, end)` */
export type OnUnit = (kind: UnitKind, start: number, end: number) => void;

/** The unit that a word with a sign beside it begins. */
function signedWordAt(folded: string, start: number, runEnd: number): { readonly start: number; readonly end: number } {
  const coreEnd = endOfCore(folded, start, runEnd);
  const isNumber = isDecimal(folded, start, coreEnd);
  const end = isNumber ? endOfNumberSign(folded, coreEnd) : endOfNameSigns(folded, coreEnd);
  const before = folded[start - 1];
  const opens =
    !isWordAt(folded, start - 2) &&
    ((before === "-" && isNumber && end > coreEnd) ||
      (before === "." && !isDigitAt(folded, start) && folded[start - 2] !== "."));
  return { start: opens ? start - 1 : start, end };
}

/** A sign that may belong to the word beside it. */
function isSign(text: string, index: number): boolean {
  switch (text.charCodeAt(index)) {
    case 0x23: // #
    case 0x25: // %
    case 0x26: // &
    case 0x2b: // +
    case 0x2d: // -
    case 0x2e: // .
    case 0x3a: // :
    case 0xb0: // °
    case 0x2030: // ‰
      return true;
    default:
      return false;
  }
}

/** False where {@link scanParts} finds none at first sight: Chinese, letters alone, digits alone. */
export const mayHaveParts = (folded: string, start: number, end: number): boolean =>
  unitClassAt(folded, start) !== HAN && !isPlainWord(folded, start, end);

/** Calls `onPart(start, end)` for each part of the unit at [start, end), in order; for none of a Chinese one. */
export function scanParts(
  folded: string,
  start: number,
  end: number,
  onPart: (start: number, end: number) => void,
): void {
  if (!mayHaveParts(folded, start, end)) return;
  const from = isWordAt(folded, start) ? start : start + 1;
  const coreEnd = endOfCore(folded, from);
  if (isDecimal(folded, from, coreEnd)) {
    if (from > start) onPart(from, end);
    if (coreEnd < end) onPart(from, coreEnd);
    return;
  }
  for (let index = from; index < coreEnd; ) {
    const tokenEnd = endOfToken(folded, index);
    const isWhole = index === start && tokenEnd === end;
    const isLetter = tokenEnd - index === 1 && !isDigitAt(folded, index);
    if (!isWhole && !isLetter) onPart(index, tokenEnd);
    const number = startOfNumber(folded, index, tokenEnd);
    if (number - index > 1 && number < tokenEnd) {
      onPart(index, number);
      onPart(number, tokenEnd);
    }
    index = tokenEnd + 1;
  }
}

/**
 * Whether a word may begin or end at `index`: no unit and no part of one goes across. What is looked for letter for letter stands
 * between two such places: `c` in "c, c++", not in "c++" alone; `iphone` in iphone15; Chinese may begin anywhere.
 */
export function isWordEdge(folded: string, index: number): boolean {
  const before = index > 0 ? unitClassAt(folded, index - 1) : SEPARATOR;
  const after = unitClassAt(folded, index);
  if (before === HAN || after === HAN) return true;
  // Most places are told by the two characters beside them: no unit is cut between two letters or two digits, and none holds a space.
  if (before === WORD && after === WORD && isDigitAt(folded, index - 1) === isDigitAt(folded, index)) return false;
  if (before === SEPARATOR && !isSign(folded, index - 1)) return true;
  if (after === SEPARATOR && !isSign(folded, index)) return true;
  let isEdge = true;
  const near = folded.slice(Math.max(0, index - NEAR_UNITS), index + NEAR_UNITS);
  const at = Math.min(index, NEAR_UNITS);
  scanUnits(near, (_kind, start, end) => {
    if (start >= at || end <= at) return;
    isEdge = false;
    scanParts(near, start, end, (partStart, partEnd) => {
      if (partStart === at || partEnd === at) isEdge = true;
    });
  });
  return isEdge;
}

/** Letters alone, or digits alone. */
function isPlainWord(text: string, start: number, end: number): boolean {
  const beginsWithDigit = isDigitAt(text, start);
  for (let index = start; index < end; index++) {
    const unit = text.charCodeAt(index);
    const isLetter = (unit >= 0x61 && unit <= 0x7a) || unit > 0x2030;
    if (beginsWithDigit ? !isDigitAt(text, index) : !isLetter) return false;
  }
  return true;
}

/** Units on each side that are looked at to tell a word's edge; longer words are no words. */
const NEAR_UNITS = 64;

const isWordAt = (text: string, index: number): boolean =>
  index >= 0 && index < text.length && unitClassAt(text, index) === WORD;

function isDigitAt(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0x30 && unit <= 0x39;
}

/** Letters and digits from `start` on, with the points, ampersands and colons between them. The first end at `runEnd`. */
function endOfCore(text: string, start: number, runEnd = start): number {
  let end = runEnd;
  for (;;) {
    while (isWordAt(text, end)) end++;
    const sign = text[end];
    const joins =
      sign === "." || sign === "&"
        ? isWordAt(text, end + 1)
        : sign === ":" && isDigitAt(text, end - 1) && isDigitAt(text, end + 1);
    if (!joins || end === start) return end;
    end++;
  }
}

/** Letters and digits from `start` on, with a decimal point. */
function endOfToken(text: string, start: number): number {
  let end = start;
  while (isWordAt(text, end)) end++;
  if (text[end] !== "." || !isDigitAt(text, end - 1) || !isDigitAt(text, end + 1)) return end;
  let digits = end + 1;
  while (isDigitAt(text, digits)) digits++;
  const isChain = isWordAt(text, digits) || (text[digits] === "." && isDigitAt(text, digits + 1));
  let left = end - 1;
  while (isDigitAt(text, left - 1)) left--;
  return isChain || (text[left - 1] === "." && isDigitAt(text, left - 2)) ? end : digits;
}

/** Where the number that ends a token begins; its end where none does, or where digits stand before letters too. */
function startOfNumber(text: string, start: number, end: number): number {
  let number = end;
  while (number > start && (isDigitAt(text, number - 1) || text[number - 1] === ".")) number--;
  for (let index = start; index < number; index++) if (isDigitAt(text, index)) return end;
  return number;
}

/** [start, end) is a number: 5 or 3.5. */
function isDecimal(text: string, start: number, end: number): boolean {
  let points = 0;
  for (let index = start; index < end; index++) {
    if (text[index] === ".") points++;
    else if (!isDigitAt(text, index)) return false;
  }
  return points < 2;
}

/** Behind the sign of a number that ends at `end`. */
function endOfNumberSign(text: string, end: number): number {
  const sign = text[end];
  if (sign === "%" || sign === "‰") return end + 1;
  if (sign === "°" && (text[end + 1] === "c" || text[end + 1] === "f") && !isWordAt(text, end + 2)) return end + 2;
  return endOfNameSigns(text, end);
}

/** Behind the + and # of a name that ends at `end`. */
function endOfNameSigns(text: string, end: number): number {
  let signed = end;
  while (text[signed] === "+" || text[signed] === "#") signed++;
  return isWordAt(text, signed) ? end : signed;
}
