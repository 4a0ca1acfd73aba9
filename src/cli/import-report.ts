import { wordError } from "../errors.ts";
import { type DateFlaw, FLAWS } from "../ingest/dates/day.ts";
import type { FieldReport, FieldUse } from "../ingest/field-finder.ts";
import type { ImportReport, RecordNote } from "../ingest/report.ts";
import { toPrintable } from "./printable.ts";
import { CLI_REMEDIES } from "./remedy-words.ts";

const count = (value: number): string => value.toLocaleString("en-US");
const things = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? "" : "s"}`;

/** Examples of a kind that are shown; the JSON report has more. */
const SHOWN_EXAMPLES = 5;
/** Names of fields that are shown in one list. */
const SHOWN_NAMES = 12;

/** The report of an import, for people. `archiveFlag` is how later commands name the archive, e.g. ` --archive news`. */
export function toReportText(report: ImportReport, archiveFlag = ""): string {
  const { stored, rejected, undated, withoutTitle, withoutBody } = report;
  const lines = [toCounts(report)];
  const list = (notes: readonly RecordNote[], total: number): void => {
    for (const { input, line, text } of notes.slice(0, SHOWN_EXAMPLES)) lines.push(`  ${input}, line ${line}: ${text}`);
    if (total > SHOWN_EXAMPLES && notes.length > 0) lines.push("  …");
  };
  lines.push(...report.remarks);
  if (report.fields.used.length > 0) lines.push(toFields(report.fields, stored));
  for (const name of report.fields.otherBodies) lines.push(describeOtherBody(name, report.fields));
  if (rejected > 0) {
    const { rejectsFile = "", rejectsKept = rejected } = report;
    lines.push(
      rejectsKept < rejected
        ? `${things(rejected, "record")} rejected; the first ${count(rejectsKept)} are in ${rejectsFile}, which is full`
        : `${things(rejected, "record")} rejected, see ${rejectsFile}`,
    );
    list(report.rejections, rejected);
  }
  if (report.madeIds > 0) {
    lines.push(
      `${things(report.madeIds, "article")} with an id that is none; the address or the text tells them apart.`,
    );
    list(report.badIds, report.madeIds);
  }
  if (withoutTitle > 0) lines.push(`${things(withoutTitle, "article")} without a title.`);
  if (withoutBody > 0) lines.push(`${things(withoutBody, "article")} without a body.`);
  if (undated > 0) {
    lines.push(`${things(undated, "article")} without a usable date; kept, but no range of days will find them.`);
    const named = Object.values(report.badDateCounts).reduce((sum, number) => sum + number, 0);
    if (named > 0 && named < undated) lines.push(`  ${count(undated - named)} of them name none; the others:`);
    list(report.badDates, named);
  }
  lines.push(...toRepeats(report));
  list(report.repeatedIds, report.repeated);
  if (report.takenPlaces > 0) {
    lines.push(`${things(report.takenPlaces, "article")} took the place of one from elsewhere that had the same id:`);
    for (const { id, before, now } of report.places.slice(0, SHOWN_EXAMPLES)) lines.push(`  ${id}: ${before} → ${now}`);
    if (report.takenPlaces > SHOWN_EXAMPLES) lines.push("  …");
  }
  if (report.failures.length > 1) {
    lines.push(`${things(report.failures.length, "input")} could not be read, not to the end, or not used:`);
    for (const inputFailure of report.failures) lines.push(`  ${wordError(inputFailure, CLI_REMEDIES)}`);
  }
  const next = nextStep(report, archiveFlag);
  if (next !== undefined) lines.push(`Next: ${next}`);
  return `${lines.map(toPrintable).join("\n")}\n`;
}

function toCounts(report: ImportReport): string {
  const { read, added, updated, unchanged, repeated, rejected, seconds, articlesPerSecond } = report;
  const parts = [
    `${count(added)} added`,
    `${count(updated)} updated`,
    `${count(unchanged)} unchanged`,
    `${count(repeated)} repeated`,
    `${count(rejected)} rejected`,
  ];
  return `${things(read, "record")} in ${seconds.toFixed(1)} s (${count(articlesPerSecond)}/s): ${parts.join(", ")}.`;
}

/** `Fields: title ← headline, body ← maintext (9), summary (1), published ← date; not used: author, lang.` */
function toFields({ used, unused }: FieldReport, stored: number): string {
  const byField = Map.groupBy(used, ({ field }) => field);
  const parts = [...byField].map(
    ([field, uses]) => `${field} ← ${uses.map((use) => toUse(use, uses, stored)).join(", ")}`,
  );
  return `Fields: ${parts.join("; ")}${unused.length === 0 ? "" : `; not used: ${listNames(unused)}`}.`;
}

function toUse({ name, articles, byContent }: FieldUse, uses: readonly FieldUse[], stored: number): string {
  const notes = [
    ...(uses.length > 1 || articles < stored ? [count(articles)] : []),
    ...(byContent === true ? ["told by its content"] : []),
  ];
  return notes.length === 0 ? name : `${name} (${notes.join(", ")})`;
}

const listNames = (names: readonly string[]): string =>
  names.slice(0, SHOWN_NAMES).join(", ") +
  (names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : "");

function describeOtherBody(name: string, { used }: FieldReport): string {
  const taken = used.find(({ field }) => field === "body")?.name;
  const instead = taken === undefined ? "" : `, since ${taken} is the better body`;
  return `"${name}" was left out${instead}; --map body=${name} takes it.`;
}

function toRepeats({ repeated, contradicting, colliding, differing }: ImportReport): string[] {
  if (repeated === 0) return [];
  const lines = [`${things(repeated, "record")} with an id that had come before in this import; the last one counts.`];
  if (contradicting > 0)
    lines.push(`  ${count(contradicting)} of them say something else than the one before in the same file.`);
  if (colliding > 0) {
    lines.push(
      `  ${count(colliding)} of them say something else than the one in another file: if they are other articles, they are lost.`,
    );
  }
  if (differing > 0) lines.push(`  ${count(differing)} of them say something else than one that came long before.`);
  return lines;
}

const ID_PREFIX_HINT =
  '--id-prefix "{file}:" (or {source}) puts the name of the file before its ids and keeps them apart.';

/** The flags with which a date can be read all the same. */
const DATE_FLAGS: Partial<Record<DateFlaw, string>> = {
  implausible: "--earliest and --latest set them",
  relative: "--as-of gives the moment to count from",
  withoutYear: "--as-of gives the day to count from",
  republic: "--republic-years reads it so",
  dayOrder: "--day-order says which comes first",
};

/** What to do now, in one line; the most pressing thing. Undefined where an error says it. */
function nextStep(report: ImportReport, archiveFlag: string): string | undefined {
  const { stored, failure, interrupted, failures, fields, withoutBody, undated, rejected } = report;
  if (failure !== undefined || interrupted || failures.length > 0 || stored === 0) return undefined;
  if (withoutBody === stored) {
    const names = fields.unused.length === 0 ? "" : ` (not used: ${listNames(fields.unused)})`;
    return `no article has a body; --map body=NAME names the field that holds it${names}.`;
  }
  if (report.colliding > 0 || report.takenPlaces > 0)
    return `where these are different articles, import them anew; ${ID_PREFIX_HINT}`;
  if (rejected > 0)
    return `look into ${report.rejectsFile}, mend the records or name their fields with --map, and import again.`;
  const [entry] = Object.entries(report.badDateCounts).sort(([, a], [, b]) => b - a);
  if (entry !== undefined) {
    const flaw = entry[0] as DateFlaw;
    return `the dates that could not be read: ${[FLAWS[flaw], DATE_FLAGS[flaw] ?? []].flat().join("; ")}.`;
  }
  if (undated === stored) return "no article has a date; --map published=NAME names the field that holds it.";
  return `wenxun serve${archiveFlag}, or wenxun search WORDS${archiveFlag}`;
}

/** The report of an import, for programs. */
export function toReportJson({ failure, ...report }: ImportReport): Readonly<Record<string, unknown>> {
  return {
    ...report,
    failures: report.failures.map((inputFailure) => ({
      input: inputFailure.input,
      message: wordError(inputFailure, CLI_REMEDIES),
    })),
    ...(failure !== undefined && { failure: { code: failure.code, message: wordError(failure, CLI_REMEDIES) } }),
  };
}
