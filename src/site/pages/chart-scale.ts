import { scaleLinear, scaleUtc } from "d3-scale";
import type { CountInterval } from "../../search/count-by-date.ts";
import { daysAfter } from "../../text/days.ts";
import type { Chart } from "../chart.ts";
import { type Days, type Span, type SpanCount, type Timeline, toLastDay } from "./timeline.ts";
import type { View } from "./view.ts";

/** What the height of a bar says: articles, or their share of all articles there are. */
export type Measure = "count" | "share";

/** Numbers beside the picture, besides 0. */
const MAX_MARKS = 3;

export interface ChartScale {
  /** Undefined where there is nothing to be a share of. */
  valueOf(count: SpanCount): number | undefined;
  /** From a value to 0–1 of the height. */
  height(value: number): number;
  /** From the first moment of a day to 0–1 of the width; the last span ends at 1. */
  place(day: string): number;
  /** Values that are written beside the picture, ascending, without 0. */
  readonly marks: readonly number[];
  format(value: number): string;
  /** Moments that are written below it. */
  readonly moments: (most: number) => readonly Date[];
}

const toMoment = (day: string): Date => new Date(`${day}T00:00:00Z`);

export function createChartScale(view: View, { spans }: Timeline, measure: Measure): ChartScale {
  const toValue = ({ count, all = 0 }: SpanCount): number | undefined =>
    measure === "count" ? count : all === 0 ? undefined : count / all;
  const highest = Math.max(0, ...spans.flatMap(({ counts }) => counts.map((count) => toValue(count) ?? 0)));
  const y = scaleLinear()
    .domain([0, highest === 0 ? 1 : highest])
    .nice(MAX_MARKS);
  const end = daysAfter(spans.at(-1)?.to ?? "1970-01-01", 1);
  const x = scaleUtc().domain([toMoment(spans[0]?.from ?? "1970-01-01"), toMoment(end)]);
  return {
    valueOf: toValue,
    height: (value) => y(value),
    place: (day) => x(toMoment(day)),
    // Half an article is no mark.
    marks: y.ticks(MAX_MARKS).filter((mark) => mark > 0 && (measure === "share" || Number.isInteger(mark))),
    format: measure === "share" ? view.formatShare : view.formatCount,
    // Over a few days the scale also offers hours, which have no names here.
    moments: (most) => {
      const moments = x.ticks(most).filter((moment) => moment.getUTCHours() === 0);
      return moments.filter((_, index) => index % Math.ceil(moments.length / most) === 0);
    },
  };
}

/** How the counts of a span are told: 2021年3月：甲报 3 篇（12%），乙报 …. */
export function describeSpan(view: View, span: Span, { interval, series }: Pick<Chart, "interval" | "series">): string {
  const { strings } = view;
  const days = toSpanLabel(view, span, interval);
  if (span.isGap) return `${days}：${strings.gap}`;
  const counts = span.counts.map(({ count, all }, index) => {
    const label = series[index]?.label ?? "";
    const share = all === undefined || all === 0 ? "" : strings.chart.inBrackets(view.formatShare(count / all));
    return `${label === "" ? "" : `${label} `}${strings.articles(view.formatCount(count))}${share}`;
  });
  return `${days}：${counts.join("，")}`;
}

/** The name of a period, 2021年3月; of several drawn as one, the first and the last; of one that a range cuts, its days. */
export function toSpanLabel({ language }: Pick<View, "language">, { from, to }: Days, interval: CountInterval): string {
  const [year, month, day] = from.split("-").map(Number);
  if (from === to) return language === "en" ? from : `${year}年${month}月${day}日`;
  const unit = toWholeUnit({ from, to }, interval);
  const [first, last] = [from.slice(0, unit), to.slice(0, unit)];
  if (first !== last) return `${first} – ${last}`;
  return language === "en" ? first : unit === YEAR ? `${year}年` : `${year}年${month}月`;
}

/** Characters of `YYYY-MM-DD` that name a year, a month, a day. */
const [YEAR, MONTH, DAY] = [4, 7, 10];

/** What names some days exactly: whole years or months where periods are so long, else days. */
function toWholeUnit({ from, to }: Days, interval: CountInterval): number {
  if (interval === "year" && from.endsWith("-01-01") && to.endsWith("-12-31")) return YEAR;
  const isMonths =
    interval === "month" && from.endsWith("-01") && to === toLastDay(`${to.slice(0, MONTH)}-01`, "month");
  return isMonths ? MONTH : DAY;
}

/** As short as the label before it allows: 2021年3月, then 5月, then 2022; 3月14日, then 18日. */
export function toTickLabel({ language }: Pick<View, "language">, moment: Date, before: Date | undefined): string {
  const [year, month, date] = [moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate()];
  const isNewYear = before?.getUTCFullYear() !== year;
  if (month === 0 && date === 1 && (isNewYear || before === undefined)) return `${year}`;
  const english = (options: Intl.DateTimeFormatOptions): string =>
    moment.toLocaleDateString("en-GB", { ...options, timeZone: "UTC" });
  if (date === 1 && (before === undefined || before.getUTCDate() === 1)) {
    if (language === "en") return english(isNewYear ? { month: "short", year: "numeric" } : { month: "short" });
    return isNewYear ? `${year}年${month + 1}月` : `${month + 1}月`;
  }
  const isNewMonth = isNewYear || before?.getUTCMonth() !== month;
  if (language === "en") return isNewMonth ? english({ day: "numeric", month: "short" }) : `${date}`;
  return isNewMonth ? `${month + 1}月${date}日` : `${date}日`;
}
