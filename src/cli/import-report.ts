import type { ImportReport, RecordNote } from "../ingest/import.ts";
import { toPrintable } from "./printable.ts";

const count = (value: number): string => value.toLocaleString("en-US");
const things = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? "" : "s"}`;

/** The report of an import, for people. */
export function toReportText(report: ImportReport): string {
  const { stored, added, updated, unchanged, rejected, undated, repeated, failures } = report;
  const lines = [
    `${things(stored, "article")} in ${report.seconds.toFixed(1)} s (${count(report.articlesPerSecond)}/s): ` +
      `${count(added)} added, ${count(updated)} updated, ${count(unchanged)} unchanged.`,
  ];
  const list = (notes: readonly RecordNote[], total: number): void => {
    for (const { input, line, text } of notes) lines.push(`  ${input}, line ${line}: ${text}`);
    if (notes.length > 0 && total > notes.length) lines.push("  …");
  };
  if (rejected > 0) {
    lines.push(`${things(rejected, "record")} rejected, see ${report.rejectsFile}`);
    list(report.rejections, rejected);
  }
  if (undated > 0) {
    lines.push(`${things(undated, "article")} without a usable date; kept, but no range of days will find them.`);
    list(report.badDates, undated);
  }
  if (repeated > 0) {
    lines.push(`${things(repeated, "record")} with an id that came before in the same file; the last one counts.`);
    list(report.repeatedIds, repeated);
  }
  if (failures.length > 1) {
    lines.push(`${things(failures.length, "input")} could not be read, or not to the end:`);
    for (const { message } of failures) lines.push(`  ${message}`);
  }
  return `${lines.map(toPrintable).join("\n")}\n`;
}

export function toReportJson({ failure, ...report }: ImportReport): string {
  const shown =
    failure === undefined ? report : { ...report, failure: { code: failure.code, message: failure.message } };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}
