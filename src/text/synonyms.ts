import { createHash } from "node:crypto";
import { fold } from "./fold.ts";
import { NAME_SYNONYMS, WORD_SYNONYMS } from "./synonyms-data.ts";

/**
 * Other words that a query is widened by, at the time it is asked: forms that are too ambiguous for the fold, and what the keeper
 * of an archive wants, in its `synonyms.txt`. A line is a group:
 *
 *     # comment
 *     格鲁吉亚, 乔治亚            each of them also finds the others
 *     巴老师 => 李尧棠, 巴金      the first also finds those behind the arrow, not the other way
 *
 * Words are compared folded, so one script and one form are enough. A longer word goes before a shorter one that stands in it.
 */
export interface SynonymProblem {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly fault: "no-alternative" | "empty-word" | "two-arrows" | "too-long" | "too-many";
}

export interface ParsedSynonyms {
  readonly groups: readonly SynonymGroup[];
  /** Lines that are left out. */
  readonly problems: readonly SynonymProblem[];
}

/** `from` finds `to` too. Folded, distinct, none of `to` in `from`. */
export interface SynonymGroup {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Whether they mean the same within a longer word, too. Default: false. */
  readonly inCompounds?: boolean;
}

/** A stretch of a folded query and what else is looked for in its place. */
export interface Expansion {
  /** UTF-16 offsets into the folded query, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Folded, in alphabetical order, without the stretch itself. */
  readonly alternatives: readonly string[];
  /**
   * The form that stands for all of them where one is needed, for example as the text to be read for meaning: the same for every
   * word of a two-way group, so that both ways of a pair ask the same. The stretch itself where it was widened one way.
   */
  readonly canonical: string;
  /** Whether that is so where the stretch stands in a longer word. */
  readonly inCompounds: boolean;
}

export interface Synonyms {
  /** The widest stretches of a folded query that have other words, from left to right, not overlapping. Latin ones stand as whole words. */
  expand(folded: string): readonly Expansion[];
  readonly size: number;
  /** Tells these from others. */
  readonly digest: string;
}

/** The file in an archive's folder that its keeper writes. */
export const SYNONYMS_FILE = "synonyms.txt";

/** A word may be so long, a group may have so many, and a file so many groups; the rest is told as a problem. */
export const MAX_SYNONYM_UNITS = 40;
export const MAX_GROUP_WORDS = 16;
export const MAX_GROUPS = 10_000;

const COMMENT = /(?:^|\s)#.*$/;
const SEPARATOR = /[,，、;；]/;
const ARROW = /=>|⇒|→/;

/** Reads a synonyms file. Never throws: what cannot be used is a problem with its line. */
export function parseSynonyms(text: string): ParsedSynonyms {
  const groups: SynonymGroup[] = [];
  const problems: SynonymProblem[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, "")
    .split(/\r\n?|\n/)
    .entries()) {
    const line = raw.replace(COMMENT, "").trim();
    if (line === "") continue;
    const group = groups.length >= MAX_GROUPS ? "too-many" : parseGroup(line);
    if (typeof group === "string") problems.push({ line: index + 1, text: line, fault: group });
    else groups.push(group);
  }
  return { groups, problems };
}

function parseGroup(line: string): SynonymGroup | SynonymProblem["fault"] {
  const sides = line
    .split(ARROW)
    .map((side) => side.split(SEPARATOR).map((word) => fold(word).replace(/\s+/g, " ").trim()));
  const [left = [], right, ...more] = sides;
  if (more.length > 0) return "two-arrows";
  const words = [...left, ...(right ?? [])];
  if (words.some((word) => word === "")) return "empty-word";
  if (words.length > MAX_GROUP_WORDS) return "too-many";
  if (words.some(({ length }) => length > MAX_SYNONYM_UNITS)) return "too-long";
  const from = [...new Set(left)];
  const to = [...new Set(right ?? left)].filter((word) => right === undefined || !from.includes(word));
  if (to.length === 0 || (right === undefined && to.length < 2)) return "no-alternative";
  return { from, to };
}

interface Entry {
  readonly alternatives: Set<string>;
  readonly canonical: string;
  inCompounds: boolean;
}

/** Makes groups ready to be looked up; later ones add to earlier ones. */
export function createSynonyms(groups: readonly SynonymGroup[]): Synonyms {
  const entries = new Map<string, Entry>();
  const lengths = new Set<number>();
  for (const { from, to, inCompounds = false } of groups) {
    const isTwoWay = from.every((word) => to.includes(word));
    for (const word of from) {
      const entry = entries.get(word) ?? {
        alternatives: new Set<string>(),
        canonical: isTwoWay ? (from[0] as string) : word,
        inCompounds: true,
      };
      entry.inCompounds &&= inCompounds;
      for (const other of to) if (other !== word) entry.alternatives.add(other);
      entries.set(word, entry);
      lengths.add(word.length);
    }
  }
  const longestFirst = [...lengths].sort((a, b) => b - a);
  const entryAt = (folded: string, start: number): { end: number; entry: Entry } | undefined => {
    for (const length of longestFirst) {
      const end = start + length;
      const entry = end <= folded.length ? entries.get(folded.slice(start, end)) : undefined;
      if (entry !== undefined && isWhole(folded, start, end)) return { end, entry };
    }
    return undefined;
  };
  return {
    size: entries.size,
    digest: createHash("sha256").update(JSON.stringify(groups)).digest("base64url"),
    expand: (folded) => {
      const expansions: Expansion[] = [];
      for (let start = 0; start < folded.length; ) {
        const found = entryAt(folded, start);
        if (found === undefined) {
          start++;
          continue;
        }
        const { end, entry } = found;
        const { canonical, inCompounds } = entry;
        expansions.push({ start, end, alternatives: [...entry.alternatives].sort(), canonical, inCompounds });
        start = end;
      }
      return expansions;
    },
  };
}

const LATIN = /[\p{Script=Latin}\p{N}]/u;

/** Chinese may stand anywhere; a word of letters and digits ends where they end. */
const isWhole = (text: string, start: number, end: number): boolean =>
  !(LATIN.test(text.charAt(start)) && LATIN.test(text.charAt(start - 1))) &&
  !(LATIN.test(text.charAt(end - 1)) && LATIN.test(text.charAt(end)));

let builtIn: readonly SynonymGroup[] | undefined;

/** The groups that come with wenxun; see synonyms-data.ts. Read when first asked for. */
export function builtInSynonyms(): readonly SynonymGroup[] {
  builtIn ??= [
    ...parseSynonyms(NAME_SYNONYMS).groups,
    ...parseSynonyms(WORD_SYNONYMS).groups.map((group) => ({ ...group, inCompounds: true })),
  ];
  return builtIn;
}
