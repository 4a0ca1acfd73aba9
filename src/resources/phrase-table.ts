/** UTF-16 units that are converted in one go: a fraction of a millisecond of work. */
const PART_UNITS = 4096;

/**
 * Replaces phrases by others, at each place the longest that is known: how OpenCC converts. The dictionaries of opencc-js are read as they
 * are, into one table instead of its tree of tables, which takes three and a half times as much memory.
 */
export class PhraseTable {
  readonly #targets = new Map<string, string>();
  /** By the first UTF-16 unit of a phrase: units of the longest one that begins so. */
  readonly #longest = new Uint8Array(0x10000);

  /** @param dictionaries each `phrase replacement|phrase replacement|…`; what an earlier one says goes before what a later one says */
  constructor(dictionaries: readonly string[]) {
    for (const dictionary of dictionaries.toReversed()) {
      for (let start = 0; start < dictionary.length; ) {
        const bar = dictionary.indexOf("|", start);
        const end = bar < 0 ? dictionary.length : bar;
        const space = dictionary.indexOf(" ", start);
        this.#add(dictionary.slice(start, space), dictionary.slice(space + 1, end));
        start = end + 1;
      }
    }
  }

  convert(text: string): string {
    let result = "";
    for (const part of this.convertInParts(text)) result += part;
    return result;
  }

  /** What {@link convert} gives, a stretch after the other, for texts of any length. */
  *convertInParts(text: string): Generator<string, void> {
    let result = "";
    let copied = 0;
    let partEnd = PART_UNITS;
    for (let index = 0; index < text.length; ) {
      const end = this.#endOfPhrase(text, index);
      if (end === undefined) {
        index = endOfCharacter(text, index);
      } else {
        result += text.slice(copied, index) + this.#targets.get(text.slice(index, end));
        copied = end;
        index = end;
      }
      if (index < partEnd) continue;
      yield result + text.slice(copied, index);
      result = "";
      copied = index;
      partEnd = index + PART_UNITS;
    }
    yield result + text.slice(copied);
  }

  #add(source: string, target: string): void {
    // One text where both are the same.
    this.#targets.set(source, source === target ? source : target);
    const first = source.charCodeAt(0);
    this.#longest[first] = Math.max(this.#longest[first] ?? 0, source.length);
  }

  /** Where the longest phrase that begins at an index ends. */
  #endOfPhrase(text: string, index: number): number | undefined {
    const longest = this.#longest[text.charCodeAt(index)] ?? 0;
    for (let end = Math.min(text.length, index + longest); end > index; end--)
      if (this.#targets.has(text.slice(index, end))) return end;
    return undefined;
  }
}

/** Behind the character at an index; behind all of one that is described by its parts (⿰亻尔), of which none is converted. */
function endOfCharacter(text: string, index: number): number {
  const first = text.codePointAt(index) ?? 0;
  const end = index + (first > 0xffff ? 2 : 1);
  return endOfDescription(text, index, MAX_PARTS) ?? end;
}

/** Parts within parts of a description; characters have a handful. */
const MAX_PARTS = 32;

/** Ideographic description characters, and how many parts follow each. */
function partsOf(unit: number): number {
  if (unit < 0x2ff0 || unit > 0x2fff) return 0;
  return unit === 0x2ff2 || unit === 0x2ff3 ? 3 : 2;
}

function endOfDescription(text: string, index: number, depth: number): number | undefined {
  const parts = partsOf(text.charCodeAt(index));
  if (parts === 0 || depth === 0) return undefined;
  let end = index + 1;
  for (let part = 0; part < parts; part++) {
    if (end >= text.length) return undefined;
    end = endOfDescription(text, end, depth - 1) ?? end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
  return end;
}
