import { usualPlace } from "./field-names.ts";
import type { FieldMap } from "./fields.ts";

/** How much an object looks like an article: 0 is not at all. Of two lists in one file the one that looks more like articles is read. */
export type Likeness = (object: Readonly<Record<string, unknown>>) => number;

/** The envelope of an answer has a message too. */
const IS_ENVELOPE = /^(?:message|msg|text|info)$/i;

const TITLE = 2;
const BODY = 4;
const SHORT_BODY = 3;
const PUBLISHED = 2;
const UPDATED = 1;
const URL = 1;
/** What somebody has named with `--map` is what they mean. */
const MAPPED = 100;

export interface Signs {
  readonly score: number;
  readonly hasTitle: boolean;
  readonly hasWholeBody: boolean;
}

/** What of an article an object's own fields show. */
export function signsOf(object: Readonly<Record<string, unknown>>, map: FieldMap = {}): Signs {
  if (isMapped(object, map)) return { score: MAPPED, hasTitle: true, hasWholeBody: true };
  let title = 0;
  let isWeakTitle = false;
  let body = 0;
  let published = 0;
  let url = 0;
  let isEnvelope = false;
  for (const name in object) {
    const place = usualPlace(name);
    if (place === undefined || !isText(object[name])) continue;
    const isWeak = place.kind === "weak";
    if (place.field === "title") {
      // A category has a name too: it is a title only beside other signs of an article.
      if (isWeak) isWeakTitle = true;
      else title = TITLE;
    } else if (place.field === "body") {
      // A feed and a section have a description as well.
      if (!IS_ENVELOPE.test(name)) body = Math.max(body, isWeak ? SHORT_BODY : BODY);
      else isEnvelope = true;
    } else if (place.field === "published") published = Math.max(published, isWeak ? UPDATED : PUBLISHED);
    else if (place.field === "url") url = URL;
  }
  if (isEnvelope && title > 0 && body === 0) body = BODY;
  if (title === 0 && isWeakTitle && (body > 0 || published === PUBLISHED)) title = 1;
  const score = title + body === 0 ? 0 : title + body + published + url;
  return { score, hasTitle: title > 0, hasWholeBody: body === BODY };
}

/** True where a place that `--map` names for the title or the body is there. */
function isMapped(object: Readonly<Record<string, unknown>>, map: FieldMap): boolean {
  return [map.title, map.body].some((path) => {
    if (path === undefined || path === "") return false;
    const [first = ""] = path.split(".");
    return Object.hasOwn(object, path) || Object.hasOwn(object, first);
  });
}

/** Text, a list of texts, or text in the wrapper of a database or an API: what a field of an article may hold. */
function isText(value: unknown): boolean {
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return true;
  if (Array.isArray(value)) return value.length > 0 && value.every((part) => typeof part === "string" || part === null);
  if (typeof value !== "object" || value === null) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.length <= 2 && names.some((name) => /^[$#_@]|^rendered$/.test(name));
}
