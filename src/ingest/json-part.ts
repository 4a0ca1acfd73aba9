import type { FieldMap } from "./fields.ts";
import { parseJson } from "./json.ts";
import { closePrefix } from "./json-prefix.ts";
import { type Shape, shapeOf } from "./json-shape.ts";

/** What a value is, told by the part of it that can be read. */
export function shapeOfPart(text: string, map: FieldMap | undefined): Shape {
  const whole = parseJson(text);
  if ("value" in whole) return shapeOf(whole.value, map);
  const closed = closePrefix(text);
  if (closed === undefined) return { kind: "other" };
  const part = parseJson(closed);
  if ("value" in part) return shapeOf(part.value, map);
  // Something is broken in it: what stands before that can be read, and the place is found by halving.
  let goodValue: unknown;
  for (let good = 0, bad = text.length; bad - good > 1; ) {
    const middle = (good + bad) >> 1;
    const before = parseJson(closePrefix(text.slice(0, middle)) ?? "");
    if ("value" in before) {
      goodValue = before.value;
      good = middle;
    } else bad = middle;
  }
  return shapeOf(goodValue, map);
}
