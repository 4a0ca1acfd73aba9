import { isOtherName, usualPlace } from "./field-names.ts";
import type { Field, FieldMap } from "./fields.ts";
import { toBody } from "./values.ts";

/** What a look at some records adds to what names say. */
export interface FieldPlan {
  /** Names that mean nothing, taken for a field by what stands under them. */
  readonly byContent: Readonly<Partial<Record<Field, string>>>;
  /** A name that goes before all others of the body, since the one that is better by name is a short text beside it. */
  readonly longestBody?: string;
}

export const NO_PLAN: FieldPlan = { byContent: {} };

/** What is known of the values under one name. */
interface Column {
  readonly name: string;
  readonly texts: readonly string[];
  /** Part of the records that hold something. */
  readonly filled: number;
  /** Letters, tags left out, on average. */
  readonly letters: number;
}

/** Values of one record that are looked at, in characters each. */
const MAX_CHARACTERS = 20_000;

/**
 * Looks at records of one input. A name that says what it is counts first; content decides where no name says a field, and
 * where a body lies unused beside a short text.
 */
export function planFields(records: readonly unknown[], map: FieldMap): FieldPlan {
  const columns = toColumns(records);
  const isNamed = (field: Field): boolean =>
    map[field] !== undefined || columns.some(({ name }) => usualPlace(name)?.field === field);
  const mapped = new Set(Object.values(map));
  const free = columns.filter(({ name }) => usualPlace(name) === undefined && !isOtherName(name) && !mapped.has(name));

  const byContent: Partial<Record<Field, string>> = {};
  const take = (field: Field, isLike: (column: Column) => boolean, better: (a: Column, b: Column) => number): void => {
    const [best] = free
      .filter((column) => !Object.values(byContent).includes(column.name) && isLike(column))
      .sort(better);
    if (best !== undefined) byContent[field] = best.name;
  };
  const longer = (a: Column, b: Column): number => b.letters - a.letters;
  const first = (): number => 0;

  const longestBody = map.body === undefined ? findLongestBody(columns, free) : undefined;
  if (!isNamed("body")) take("body", isProse, longer);
  if (longestBody !== undefined && usualPlace(longestBody) === undefined) byContent.body = longestBody;
  if (!isNamed("url")) take("url", isAddress, first);
  if (!isNamed("published")) take("published", isDates, first);
  // One or two records tell nothing about what a short text is.
  if (!isNamed("title") && records.length >= MIN_FOR_TITLE) take("title", isHeadlines, longer);
  return longestBody === undefined ? { byContent } : { byContent, longestBody };
}

const MIN_FOR_TITLE = 3;

function toColumns(records: readonly unknown[]): Column[] {
  const texts = new Map<string, string[]>();
  let count = 0;
  for (const record of records) {
    if (typeof record !== "object" || record === null || Array.isArray(record)) continue;
    count++;
    for (const [name, value] of Object.entries(record)) {
      const under = texts.get(name) ?? [];
      texts.set(name, under);
      if (typeof value !== "string" && typeof value !== "object") continue;
      const text = toBody(typeof value === "string" ? value.slice(0, MAX_CHARACTERS) : value);
      if (text !== undefined && text !== "") under.push(text);
    }
  }
  return [...texts].map(([name, under]) => ({
    name,
    texts: under,
    filled: under.length / Math.max(1, count),
    letters: under.reduce((sum, text) => sum + countLetters(text), 0) / Math.max(1, under.length),
  }));
}

const countLetters = (text: string): number => text.replace(/<[^<>]*>|[^\p{L}\p{N}]+/gu, "").length;

/** A longer text replaces the one with the better name when it is this many times as long as one whose name is weak or strong. */
const LONGER_THAN_WEAK = 1.2;
const LONGER_THAN_STRONG = 3;
/** The fewest letters of a text that may replace another; beside a description fewer are enough. */
const MIN_BODY_LETTERS = 100;
const MIN_BODY_LETTERS_BESIDE_WEAK = 40;

function findLongestBody(columns: readonly Column[], free: readonly Column[]): string | undefined {
  const named = columns
    .map((column) => ({ column, place: usualPlace(column.name) }))
    .filter(({ column, place }) => place?.field === "body" && column.letters > 0)
    .sort((a, b) => (a.place?.rank ?? 0) - (b.place?.rank ?? 0));
  const [best, ...others] = named;
  if (best === undefined) return undefined;
  const kind = best.place?.kind;
  const needed = best.column.letters * (kind === "weak" ? LONGER_THAN_WEAK : LONGER_THAN_STRONG);
  const minLetters = kind === "weak" ? MIN_BODY_LETTERS_BESIDE_WEAK : MIN_BODY_LETTERS;
  const candidates = [
    // The markup of a whole page holds more than the article.
    ...others.filter(({ place }) => place?.kind === "strong").map(({ column }) => column),
    ...free.filter(isProse),
  ];
  const [longest] = candidates
    .filter(({ letters, filled }) => letters >= needed && letters >= minLetters && filled >= 0.5)
    .sort((a, b) => b.letters - a.letters);
  return longest?.name;
}

const share = ({ texts }: Column, fits: (text: string) => boolean): number =>
  texts.length === 0 ? 0 : texts.filter(fits).length / texts.length;

const distinct = ({ texts }: Column): number => new Set(texts).size / Math.max(1, texts.length);
const isHan = (text: string): boolean => /\p{Script=Han}{2}/u.test(text);
const hasSentence = (text: string): boolean => /[。！？；!?;]|[,，].*[.,，]/s.test(text);

/** Long texts of sentences. */
const isProse = (column: Column): boolean =>
  column.letters >= 40 && share(column, hasSentence) >= 0.6 && share(column, isHan) >= 0.5 && distinct(column) >= 0.5;

/** Short texts of one line that are no sentences, hardly one twice. */
const isHeadlines = (column: Column): boolean =>
  column.filled >= 0.8 &&
  column.letters >= 6 &&
  column.letters <= 60 &&
  distinct(column) >= 0.8 &&
  share(column, isHan) >= 0.5 &&
  share(column, (text) => /[。\n]/.test(text) || DATE.test(text) || ADDRESS.test(text)) <= 0.2;

const DATE =
  /^(?:[^\d]{0,12})?(?:\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2}|\d{8}T?\d{4,6}Z?$|民[国國] ?\d)|^\d{1,2} [A-Z][a-z]{2} \d{4}|^[A-Z][a-z]{2},? \d{1,2} /;
const isDates = (column: Column): boolean =>
  column.filled >= 0.5 && share(column, (text) => text.length <= 60 && DATE.test(text)) >= 0.8;

const ADDRESS = /^https?:\/\/\S+$/i;
const FILE = /\.(?:jpe?g|png|gif|webp|svg|mp4|mp3|pdf)(?:[?#]|$)/i;
const isAddress = (column: Column): boolean =>
  column.filled >= 0.5 &&
  distinct(column) >= 0.8 &&
  share(column, (text) => ADDRESS.test(text) && !FILE.test(text)) >= 0.8;
