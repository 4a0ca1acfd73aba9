import type { Article } from "../archive/article.ts";
import { foldCharacters } from "../text/fold-characters.ts";
import type { DateFlaw, DateHints } from "./dates/day.ts";
import { readDate } from "./dates/read-date.ts";
import { createDateRules, type DateRules, type DateSettings } from "./dates/rules.ts";
import { type Candidate, FieldFinder, type FieldReport } from "./field-finder.ts";
import type { Field, FieldMap } from "./fields.ts";
import { toArticleId } from "./identity.ts";
import { describe, excerptOf, isEmpty, toBody, toName, toPlain, toTitle } from "./values.ts";

export interface MappingOptions extends DateSettings {
  /** From `--map`; a field that is not in it is found by its usual names, and by what stands under a name. */
  readonly fields?: FieldMap;
  /** The source of an article whose record names none. */
  readonly source?: string | undefined;
  /**
   * Put before ids that records give, so that two sources that count their articles stay apart. `{file}` stands for the name
   * of the file, `{source}` for the article's source. Ids made of an address or of the text need none.
   */
  readonly idPrefix?: string | undefined;
}

/** What stood where a date was looked for, and why it is none. */
export interface BadDate {
  readonly text: string;
  readonly flaw: DateFlaw;
}

/** An article, with what stood in the place of its date when no date could be read from it; or why there is none. */
export type Mapped = MappedArticle | { readonly problem: string };

export interface MappedArticle {
  readonly article: Article;
  readonly badDate?: BadDate;
  /** What stood in the place of its id and is none; the id was then made of the address or the text. */
  readonly badId?: string;
}

/** The function record → article. */
export interface ArticleMapper {
  (value: unknown): Mapped;
  /**
   * Looks at the first records of an input before they are mapped: names that say nothing are then understood by what stands
   * under them. `file` is the input's name, for {@link MappingOptions.idPrefix}.
   */
  learn(records: readonly unknown[], file?: string): void;
  /** Which names were taken for which field so far. */
  fields(): FieldReport;
}

/**
 * Makes the function record → article that every way in (files, standard input, the web) shares. It never throws: any
 * value is an article or a problem.
 * @throws AppError `usage` for an unknown time zone.
 */
export function createMapper(options: MappingOptions = {}): ArticleMapper {
  const rules = createDateRules(options);
  const finder = new FieldFinder(options.fields ?? {});
  let inForce = rules;
  let file = "";

  const toArticle = (value: unknown): Mapped => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { problem: `the record is ${describe(value)}, not an object with fields` };
    }
    const record = value as Record<string, unknown>;
    if (isHeader(record)) return { problem: "repeats the header line" };
    const found = finder.find(record);
    const read = (field: Field, toText: (value: unknown) => string | undefined): string | undefined => {
      for (const candidate of found[field]) {
        const text = isEmpty(candidate.value) ? "" : toText(candidate.value);
        if (text === undefined || text === "") continue;
        finder.use(field, candidate);
        return text;
      }
      return undefined;
    };

    const title = read("title", toTitle);
    const body = read("body", toBody);
    for (const [field, text] of [
      ["title", title],
      ["body", body],
    ] as const) {
      const problem = text === undefined ? problemOf(found[field]) : undefined;
      if (problem !== undefined) return { problem: `${field} ${problem}` };
    }
    if (title === undefined && body === undefined)
      return { problem: `neither a title nor a body; ${listNames(value)}` };

    const article = { title: title ?? "", body: body ?? "" };
    const date = findDate(found.published, inForce, new RecordHints(`${article.title} ${article.body.slice(0, 400)}`));
    if (date?.candidate !== undefined) finder.use("published", date.candidate);
    const publishedAtMs = date?.atMs;
    const givenId = read("id", toGivenId);
    const givenUrl = read("url", toPlain);
    const source = read("source", toName) ?? options.source;
    const category = read("category", toName);
    const prefix = givenId === undefined ? "" : toPrefix(options.idPrefix, file, source);
    const id = givenId === undefined ? undefined : prefix + givenId;
    const mapped: Article = {
      id: toArticleId({ id, url: givenUrl, ...article, source, publishedAtMs }),
      ...article,
      url: givenUrl !== undefined && isWebAddress(givenUrl) ? givenUrl : undefined,
      source,
      category,
      publishedAtMs,
    };
    const badId = givenId === undefined && found.id.length > 0 ? excerptOf(found.id[0]?.value ?? "") : undefined;
    return {
      article: mapped,
      ...(date?.bad === undefined ? {} : { badDate: date.bad }),
      ...(badId === undefined ? {} : { badId }),
    };
  };

  return Object.assign(toArticle, {
    learn: (records: readonly unknown[], name = ""): void => {
      file = name;
      finder.learn(records);
      inForce =
        rules.republicYears === undefined && namesRepublic(records, finder) ? { ...rules, republicYears: true } : rules;
    },
    fields: () => finder.report(),
  });
}

/** A header line that came in again, where files were put together: every value is the name of its column. */
function isHeader(record: Record<string, unknown>): boolean {
  let count = 0;
  for (const name in record) {
    const value = record[name];
    if (typeof value !== "string" || value.trim().toLowerCase() !== name.trim().toLowerCase()) return false;
    count++;
  }
  return count > 1;
}

/** A number in the short form of spreadsheets, 4.61E+15: its last digits are gone, and other ids look the same. 1e5 may be hexadecimal. */
const ROUNDED = /^-?\d(?:\.\d+e\+?|e\+)\d+$/i;

/** An id as it stands; undefined for what is none. */
function toGivenId(value: unknown): string | undefined {
  const text = toPlain(value);
  return text === undefined || ROUNDED.test(text) ? undefined : text;
}

/** What a first candidate holds in the place of text, where none holds text. */
function problemOf(candidates: readonly Candidate[]): string | undefined {
  const wrong = candidates.find(({ value }) => !isEmpty(value) && toBody(value) === undefined);
  if (wrong === undefined) return undefined;
  return `holds ${describe(wrong.value)} where text belongs; a mapping can name a field inside it`;
}

interface DateFound {
  readonly atMs?: number;
  readonly candidate?: Candidate;
  readonly bad?: BadDate;
}

/** The first date that can be read. When an article was stored or changed says nothing where a better field holds something. */
function findDate(candidates: readonly Candidate[], rules: DateRules, hints: RecordHints): DateFound | undefined {
  let bad: BadDate | undefined;
  for (const candidate of candidates) {
    if (isEmpty(candidate.value)) continue;
    if (bad !== undefined && candidate.isWeak) break;
    hints.isUtc = candidate.isUtc;
    const reading = readDate(candidate.value, rules, hints);
    if ("atMs" in reading) return { atMs: withClock(candidate, candidates, rules, hints) ?? reading.atMs, candidate };
    bad ??= { text: excerptOf(candidate.value), flaw: reading.flaw };
  }
  return bad === undefined ? undefined : { bad };
}

/** A day alone, and a time alone: what tables keep in two columns. */
const DAY_ALONE = /^[^:时時点點T]{6,20}$/;
const TIME_ALONE = /^\s*(?:\p{Script=Han}{2} ?)?\d{1,2} ?[:：时時点點].{0,14}$/u;

/** The day of one field at the time of another: 日期 2021-03-14, 时间 08:05. Undefined where that is not how they are written. */
function withClock(
  { value }: Candidate,
  candidates: readonly Candidate[],
  rules: DateRules,
  hints: RecordHints,
): number | undefined {
  if (typeof value !== "string" || candidates.length < 2 || !DAY_ALONE.test(value.trim())) return undefined;
  const time = candidates.find(({ value: other }) => typeof other === "string" && TIME_ALONE.test(other));
  if (time === undefined) return undefined;
  const reading = readDate(`${value} ${String(time.value).trim()}`, rules, hints);
  return "atMs" in reading ? reading.atMs : undefined;
}

/** What a record's text says of its dates; looked at when a date asks. */
class RecordHints implements DateHints {
  isUtc = false;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get isChinese(): boolean {
    return /\p{Script=Han}/u.test(this.#text);
  }

  /** A twelfth of the characters of a Traditional text are written otherwise in Simplified. */
  get isTraditional(): boolean {
    const han = this.#text.match(/\p{Script=Han}/gu) ?? [];
    const otherwise = han.filter((character) => foldCharacters(character) !== character).length;
    return otherwise > 0 && otherwise >= han.length / 12;
  }
}

const REPUBLIC = /民[国國] ?(?:\d|元|[一二三四五六七八九十百〇]{1,5}年)/;

/** Whether one of the dates of these records names the Republic: then all of the input count by it. */
function namesRepublic(records: readonly unknown[], finder: FieldFinder): boolean {
  return records.some((record) => {
    if (typeof record !== "object" || record === null || Array.isArray(record)) return false;
    const { published } = finder.find(record as Record<string, unknown>);
    return published.some(({ value }) => typeof value === "string" && value.length <= 60 && REPUBLIC.test(value));
  });
}

const toPrefix = (prefix: string | undefined, file: string, source: string | undefined): string =>
  (prefix ?? "").replaceAll("{file}", file).replaceAll("{source}", source ?? "");

function isWebAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "http:" || protocol === "https:";
}

function listNames(value: object): string {
  const names = Object.keys(value);
  if (names.length === 0) return "it has no fields";
  const shown = names.slice(0, 12).map((name) => excerptOf(name));
  return `its fields are ${shown.join(", ")}${names.length > shown.length ? " …" : ""} (a mapping, title=NAME, says which to read)`;
}
