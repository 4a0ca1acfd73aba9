import { scaleLinear, scaleUtc } from "d3-scale";
import type { CountInterval } from "../../search/count-by-date.ts";
import { daysAfter } from "../../text/days.ts";
import type { Chart } from "../chart.ts";
import type { Span, SpanCount, Timeline } from "./timeline.ts";
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

export function toSpanLabel(
  { language }: Pick<View, "language">,
  { from, to }: Pick<Span, "from" | "to">,
  interval: CountInterval,
): string {
  if (interval === "week") return `${from} – ${to}`;
  if (from.slice(0, 4) !== to.slice(0, 4)) return `${from.slice(0, 4)} – ${to.slice(0, 4)}`;
  const [year, month, day] = from.split("-").map(Number);
  if (interval === "year") return language === "en" ? `${year}` : `${year}年`;
  if (interval === "month" && from.slice(0, 7) !== to.slice(0, 7)) return `${from.slice(0, 7)} – ${to.slice(0, 7)}`;
  if (interval === "month") return language === "en" ? from.slice(0, 7) : `${year}年${month}月`;
  if (from !== to) return `${from} – ${to}`;
  return language === "en" ? from : `${year}年${month}月${day}日`;
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
