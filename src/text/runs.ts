/**
 * Folded text as runs: stretches of Chinese characters, and words of any other alphabet. Everything that reads text as
 * tokens (keyword terms, encoder n-grams, highlights) goes through here, so that they agree on what a word is.
 */

/** 1: Han (and kana, Hangul: scripts written without spaces or searched by part); 2: other letters, digits; 0: a separator. */
export const SEPARATOR = 0;
export const HAN = 1;
export const WORD = 2;
export type UnitClass = typeof SEPARATOR | typeof HAN | typeof WORD;

/** Ideographs, ideographs, Hangul syllables: nobody need be asked about these, which are two thirds of the table. */
const IDEOGRAPHS = [
  [0x3400, 0x4dc0],
  [0x4e00, 0x9ffd],
  [0xac00, 0xd7a4],
] as const;
/** What stands between them and around them; surrogates and private characters are left out. */
const OTHERS = [
  [0, 0x3400],
  [0x4dc0, 0x4e00],
  [0x9ffd, 0xac00],
  [0xd7a4, 0xd800],
  [0xf900, 0x10000],
] as const;

/** Every thread does this when it starts. */
function classify(): Uint8Array {
  const table = new Uint8Array(0x10000);
  const han = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}]/u;
  const word = /[\p{L}\p{N}\p{M}]/u;
  for (const [start, end] of IDEOGRAPHS) table.fill(HAN, start, end);
  for (const [start, end] of OTHERS)
    for (let unit = start; unit < end; unit++) {
      const character = String.fromCharCode(unit);
      if (!word.test(character)) continue;
      table[unit] = han.test(character) && /[\p{L}\p{N}]/u.test(character) ? HAN : WORD;
    }
  // Supplementary ideographs (planes 2 and 3): their lead surrogates, and the trail surrogates after them, count as Han units.
  for (let unit = 0xd840; unit <= 0xd8bf; unit++) table[unit] = HAN;
  return table;
}

const classes = classify();

/** The class of the UTF-16 unit at `index`. A trail surrogate has the class of its lead; a lone one separates. */
export const unitClassAt = (text: string, index: number): UnitClass => unitClass(text.charCodeAt(index), text, index);

/** The class of `unit`, which stands at `index`. */
export function unitClass(unit: number, text: string, index: number): UnitClass {
  if (unit < 0xd800 || unit > 0xdfff) return classes[unit] as UnitClass;
  if (unit >= 0xdc00 && unit <= 0xdfff)
    return index > 0
      ? (classes[text.charCodeAt(index - 1)] as UnitClass) === HAN && isLead(text, index - 1)
        ? HAN
        : SEPARATOR
      : SEPARATOR;
  if (unit >= 0xd840 && unit <= 0xd8bf) {
    const trail = text.charCodeAt(index + 1);
    return trail >= 0xdc00 && trail <= 0xdfff ? HAN : SEPARATOR;
  }
  return SEPARATOR;
}

const isLead = (text: string, index: number): boolean => {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdbff;
};

/** Calls `onRun(kind, start, end)` for each run of folded text, in order; offsets are UTF-16, end exclusive. */
export function scanRuns(
  folded: string,
  onRun: (kind: typeof HAN | typeof WORD, start: number, end: number) => void,
): void {
  let start = 0;
  let kind: UnitClass = SEPARATOR;
  for (let index = 0; index <= folded.length; index++) {
    const next: UnitClass = index < folded.length ? unitClassAt(folded, index) : SEPARATOR;
    if (next === kind) continue;
    if (kind !== SEPARATOR) onRun(kind, start, index);
    start = index;
    kind = next;
  }
}
