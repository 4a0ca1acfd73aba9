import { CHARACTER_CLASSES } from "./fold-data.ts";
import { DOT_SIGN } from "./joints.ts";
import { UnitReader } from "./unit-reader.ts";

/**
 * The fold's first steps, character by character: NFKC, lower case, without marks and invisible characters, one character per
 * class. Nearly every UTF-16 unit folds alone, to one unit, so one pass through a table is all that most texts need. The table
 * knows ideographs from the start and learns of other units when it meets them:
 *
 *     ALONE      麵 → 面, Ａ → a, é → e, ⻓ → 长, • → ·
 *     EXPANDS    … → ..., ℃ → °c, soft hyphen → nothing
 *     TOGETHER   surrogates, combining marks, Hangul letters, Σ: what they fold to depends on their neighbours
 *
 * A text with a unit of the last kind takes the steps one after the other.
 */

const ALONE = 0;
const EXPANDS = 1;
const TOGETHER = 2;
const UNKNOWN = 3;

/** What carries no text: soft hyphen, zero-width and bidi marks, BOM, variation selectors, marks that compose with no letter. */
const INVISIBLE = new RegExp(
  [
    "\\u0300-\\u036f",
    "\\u00ad\\u061c\\u180b-\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff",
    "\\ufe00-\\ufe0f",
  ]
    .map((range) => `[${range}]`)
    .concat("\\udb40[\\udd00-\\uddef]")
    .join("|"),
  "g",
);

/** Signs that are written for the dot in names, and for the hyphen. */
const DOTS = "‧・•∙⋅◦⸱";
const HYPHENS = "‐‑‒–−";

/** Where Latin letters with marks stand. */
const LATIN = [
  [0xc0, 0x24f],
  [0x1e00, 0x1eff],
] as const;
/** Letters that no decomposition takes apart. */
const LETTERS: Readonly<Record<string, string>> = { ø: "o", ł: "l", đ: "d", ħ: "h", ı: "i", ŧ: "t", ð: "d" };

/** Ideographs, whole Hangul syllables and private characters: nothing to normalise, no case. */
const PLAIN_RANGES = [
  [0x3400, 0xa000],
  [0xac00, 0xd7a4],
  [0xe000, 0xf900],
] as const;

/** The canonical character of each class, for members inside the basic plane by unit, for others by character. */
const { canonicalUnits, canonicalCharacters } = readClasses();
/** What a unit folds to that folds alone and has been met; 0 for others, and for U+0000. */
const { kinds, folds } = createUnitTable();
const expansions = new Map<number, string>();

function readClasses(): { canonicalUnits: Uint16Array; canonicalCharacters: Map<string, string> } {
  const canonicalUnits = new Uint16Array(0x10000);
  // Every thread does this when it starts, and a function for each takes three times as long.
  for (let unit = 0; unit < canonicalUnits.length; unit++) canonicalUnits[unit] = unit;
  const canonicalCharacters = new Map<string, string>();
  for (const [first, last] of LATIN) for (let unit = first; unit <= last; unit++) canonicalUnits[unit] = letterOf(unit);
  for (const sign of DOTS) canonicalUnits[sign.charCodeAt(0)] = DOT_SIGN.charCodeAt(0);
  for (const sign of HYPHENS) canonicalUnits[sign.charCodeAt(0)] = "-".charCodeAt(0);
  for (const group of CHARACTER_CLASSES.split(/\|\n?/)) {
    const [target, ...members] = group;
    if (target === undefined) continue;
    for (const member of members) {
      if (member.length === 1 && target.length === 1) canonicalUnits[member.charCodeAt(0)] = target.charCodeAt(0);
      else canonicalCharacters.set(member, target);
    }
  }
  return { canonicalUnits, canonicalCharacters };
}

/** The Latin letter without its marks: é is e. Any other unit is itself. */
function letterOf(unit: number): number {
  const character = String.fromCharCode(unit);
  const base = LETTERS[character] ?? character.normalize("NFD").charAt(0);
  return /[a-z]/.test(base) ? base.charCodeAt(0) : unit;
}

function createUnitTable(): { kinds: Uint8Array; folds: Uint16Array } {
  const kinds = new Uint8Array(0x10000).fill(UNKNOWN);
  const folds = new Uint16Array(0x10000);
  for (const [start, end] of PLAIN_RANGES) {
    kinds.fill(ALONE, start, end);
    folds.set(canonicalUnits.subarray(start, end), start);
  }
  return { kinds, folds };
}

function kindOf(unit: number): number {
  const kind = kinds[unit] as number;
  return kind === UNKNOWN ? learn(unit) : kind;
}

/** Fills the table for one unit. */
function learn(unit: number): number {
  const character = String.fromCharCode(unit);
  const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
  const normal = character.normalize("NFKC").toLowerCase();
  let kind = ALONE;
  if (isSurrogate || character === "Σ" || /[\p{M}\u1100-\u11ff]/u.test(normal)) kind = TOGETHER;
  else {
    const folded = foldTogether(character);
    if (folded.length === 1) folds[unit] = folded.charCodeAt(0);
    else {
      kind = EXPANDS;
      expansions.set(unit, folded);
    }
  }
  kinds[unit] = kind;
  return kind;
}

const reader = new UnitReader();
const WRITTEN_UNITS = 8192;
const unitBuffer = new Uint16Array(WRITTEN_UNITS);
const unitBytes = Buffer.from(unitBuffer.buffer);

/** The steps one after the other, for any text. */
function foldTogether(text: string): string {
  const normal = text.normalize("NFKC").toLowerCase().replace(INVISIBLE, "");
  let result = "";
  for (const character of normal)
    result +=
      character.length === 1
        ? String.fromCharCode(canonicalUnits[character.charCodeAt(0)] as number)
        : (canonicalCharacters.get(character) ?? character);
  return result;
}

/** One character per class, but every joint and word as it is written; see fold.ts. Never throws. */
export function foldCharacters(text: string): string {
  const source = reader.read(text);
  let result = "";
  for (let index = 0; index < text.length; ) {
    const count = foldPlain(source, index, Math.min(text.length, index + WRITTEN_UNITS));
    result += unitBytes.toString("utf16le", 0, 2 * count);
    index += count;
    if (count === WRITTEN_UNITS || index === text.length) continue;
    const unit = source[index++] as number;
    const kind = kindOf(unit);
    if (kind === TOGETHER) return foldTogether(text);
    result += kind === ALONE ? String.fromCharCode(folds[unit] as number) : (expansions.get(unit) ?? "");
  }
  return result;
}

/** Folds the units from `start` on that fold alone, up to `end`; returns how many. Calls nothing, which makes it twice as fast. */
function foldPlain(source: Uint16Array, start: number, end: number): number {
  for (let index = start; index < end; index++) {
    const folded = folds[source[index] as number] as number;
    if (folded === 0) return index - start;
    unitBuffer[index - start] = folded;
  }
  return end - start;
}

/**
 * Where the run of units ends that begins at `start` and that fold one by one, each to one unit. The last before another kind of unit is
 * left out: a mark behind it would compose with it.
 */
export function endOfPlainRun(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    if (kindOf(text.charCodeAt(index)) !== ALONE) return Math.max(start, index - 1);
  }
  return text.length;
}
