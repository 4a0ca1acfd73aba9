import { endOfPlainRun, foldCharacters } from "./fold-characters.ts";
import { scanFoldedWords } from "./fold-words.ts";
import { type JointOptions, scanJoints } from "./joints.ts";

/**
 * The fold: the form in which text is matched, never the form in which it is shown.
 *
 *     ＮＦＫＣ, lower case          ＡＩ → ai, ⾦ → 金
 *     invisible characters dropped  人\u200b工 → 人工
 *     one character per class       軟體 → 软体, 著 → 着, ⻓ → 长, é → e
 *     one form per joint            COVID-19 → covid19, 比尔·盖茨 → 比尔盖茨; see joints.ts
 *     one form per word             计画 → 计划, 软体 → 软件, 雪梨 → 悉尼, 普丁 → 普京
 *
 * Both scripts of a text fold to the same string. The character step is free of context, so a substring of an article folds
 * to a substring of the folded article; only a joint or a word cut in half can differ.
 */

/** Bumped whenever a text may fold to something else than before; indexes store it. */
export const FOLD_VERSION = 2;

function foldJoints(text: string, options?: JointOptions): string {
  let result = "";
  let copied = 0;
  scanJoints(
    text,
    (start, end, replacement) => {
      result += text.substring(copied, start) + replacement;
      copied = end;
    },
    options,
  );
  return copied === 0 ? text : result + text.substring(copied);
}

function foldWords(text: string): string {
  let result = "";
  let copied = 0;
  scanFoldedWords(text, (start, word, target) => {
    result += text.substring(copied, start) + target;
    copied = start + word.length;
  });
  return copied === 0 ? text : result + text.substring(copied);
}

/**
 * Folds what somebody typed, or a name. White space stays: in a query it parts words. Idempotent on its own results except where
 * a fold makes a new word. Never throws.
 */
export const fold = (text: string): string => foldWords(foldJoints(foldCharacters(text)));

/** Folds what was published: as {@link fold}, and white space inside Chinese is dropped, so that 恢⏎复 is 恢复. Never throws. */
export const foldText = (text: string): string => foldWords(foldJoints(foldCharacters(text), PUBLISHED));

const PUBLISHED: JointOptions = { joinsChinese: true };

export interface FoldedText {
  /** As it was published. */
  readonly original: string;
  readonly folded: string;
  /** For each UTF-16 unit of `folded`, the UTF-16 offset in the original where it begins; one more entry holds its length. */
  readonly offsets: Uint32Array;
}

/** A base character with the marks that compose with it: the smallest piece that may be normalised alone. */
const CLUSTER = /\P{M}\p{M}*|\p{M}+/suy;

/** {@link foldText}, with the place in the original of every unit. Slower; for snippets and highlights. */
export function foldWithOffsets(text: string): FoldedText {
  const { units, starts } = foldClusters(text);
  const joints: Edit[] = [];
  scanJoints(units, (start, end, replacement) => joints.push({ start, end, replacement }), PUBLISHED);
  const joined = rewrite({ text: units, offsets: starts }, joints);
  const words: Edit[] = [];
  scanFoldedWords(joined.text, (start, word, replacement) =>
    words.push({ start, end: start + word.length, replacement }),
  );
  const { text: folded, offsets } = rewrite(joined, words);
  return { original: text, folded, offsets: offsets instanceof Uint32Array ? offsets : new Uint32Array(offsets) };
}

/** The fold's characters, and where in the original the cluster of each begins; one more entry holds its length. */
function foldClusters(text: string): { units: string; starts: Uint32Array | number[] } {
  // Most titles and sentences.
  if (endOfPlainRun(text, 0) === text.length) return { units: foldCharacters(text), starts: countUp(text.length + 1) };
  let units = "";
  const starts: number[] = [];
  for (let index = 0; index < text.length; ) {
    const end = endOfPlainRun(text, index);
    if (end > index) {
      units += foldCharacters(text.slice(index, end));
      for (; index < end; index++) starts.push(index);
      continue;
    }
    CLUSTER.lastIndex = index;
    const cluster = CLUSTER.exec(text)?.[0] ?? text.charAt(index);
    const piece = foldCharacters(cluster);
    for (let unit = 0; unit < piece.length; unit++) starts.push(index);
    units += piece;
    index += cluster.length;
  }
  starts.push(text.length);
  return { units, starts };
}

/**
 * What was typed without the spaces that stand inside a unit: `iPhone 15 发布` is `iPhone15 发布`, `3.5 %` is `3.5%`. For a reader of
 * queries, to which other spaces part words. Changes nothing else.
 */
export function joinSpacedUnits(typed: string): string {
  const { units, starts } = foldClusters(typed);
  let joined = "";
  let copied = 0;
  scanJoints(units, (start, end, replacement) => {
    const at = starts[start] ?? 0;
    if (end === start || replacement !== "" || !/\s/.test(typed.charAt(at))) return;
    joined += typed.slice(copied, at);
    copied = at + 1;
  });
  return joined + typed.slice(copied);
}

function countUp(count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let index = 0; index < count; index++) numbers[index] = index;
  return numbers;
}

/** A stretch [start, end) of a text that is replaced. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** A text with the offset of each unit, and one entry more. */
interface Mapped {
  readonly text: string;
  readonly offsets: Uint32Array | number[];
}

/** The text with some of its stretches replaced: ascending, not overlapping. */
function rewrite(mapped: Mapped, edits: readonly Edit[]): Mapped {
  if (edits.length === 0) return mapped;
  const rewritten = new MappedText(mapped);
  for (const { start, end, replacement } of edits) rewritten.replace(start, end, replacement);
  rewritten.finish();
  return rewritten;
}

/** A text that is written anew with some of its stretches replaced, and with the offset of each unit. */
class MappedText implements Mapped {
  readonly #source: string;
  readonly #sourceOffsets: ArrayLike<number>;
  #copied = 0;
  text = "";
  readonly offsets: number[] = [];

  constructor({ text, offsets }: Mapped) {
    this.#source = text;
    this.#sourceOffsets = offsets;
  }

  /** Ascending, not overlapping. */
  replace(start: number, end: number, replacement: string): void {
    this.#copyUntil(start);
    this.text += replacement;
    for (let unit = 0; unit < replacement.length; unit++) {
      // The last unit stands at the last of the source, so that a highlight of the replacement covers what it replaces.
      const last = Math.max(start, end - 1);
      const from = unit === replacement.length - 1 ? last : Math.min(start + unit, last);
      this.offsets.push(this.#sourceOffsets[from] ?? 0);
    }
    this.#copied = end;
  }

  finish(): void {
    this.#copyUntil(this.#source.length);
    this.offsets.push(this.#sourceOffsets[this.#source.length] ?? 0);
  }

  #copyUntil(end: number): void {
    this.text += this.#source.substring(this.#copied, end);
    for (let index = this.#copied; index < end; index++) this.offsets.push(this.#sourceOffsets[index] ?? 0);
    this.#copied = end;
  }
}
