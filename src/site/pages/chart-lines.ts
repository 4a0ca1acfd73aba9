import type { Measure } from "./chart-scale.ts";
import { createChartScale } from "./chart-scale.ts";
import type { Timeline } from "./timeline.ts";
import type { View } from "./view.ts";

/** Points of a line that are drawn as dots too: of more they would be a worm. */
const MAX_DOTS = 60;

/**
 * One series as the data of a path, in a box of `width` × `height`: a line through the middle of each span, broken where there is nothing
 * to be a share of, with a dot at each value while there are few.
 */
export function toLinePath(
  view: View,
  timeline: Timeline,
  of: number,
  { measure, width, height }: { readonly measure: Measure; readonly width: number; readonly height: number },
): string {
  const scale = createChartScale(view, timeline, measure);
  const { spans } = timeline;
  let path = "";
  let isDrawing = false;
  for (const [index, span] of spans.entries()) {
    const count = span.counts[of];
    const value = count === undefined ? undefined : scale.valueOf(count);
    if (value === undefined || span.isGap) {
      isDrawing = false;
      continue;
    }
    const left = scale.place(span.from);
    const right = spans[index + 1] === undefined ? 1 : scale.place(spans[index + 1]?.from ?? "");
    const x = round(((left + right) / 2) * width);
    const y = round((1 - scale.height(value)) * height);
    path += `${isDrawing ? "L" : "M"}${x} ${y}${spans.length <= MAX_DOTS || !isDrawing ? "h0" : ""}`;
    isDrawing = true;
  }
  return path;
}

const round = (value: number): number => Math.round(value * 10) / 10;
