const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const MAX_DEPTH = 200;

/**
 * The beginning of a JSON value, made whole: cut behind the last part that is complete and closed from there. To see what kind of
 * value it is, not to read it.
 *
 *     {"status": "ok", "articles": [{"title": "…"}, {"tit      →      {"status": "ok", "articles": [{"title": "…"}]}
 *
 * Undefined for what is nested deeper than anything that people write.
 */
export function closePrefix(text: string): string | undefined {
  const closers: string[] = [];
  let end = 0;
  let depthAtEnd = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index);
      if (index === -1) break;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (closers.push(code === OPEN_OBJECT ? "}" : "]") > MAX_DEPTH) return undefined;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      closers.pop();
      end = index + 1;
      depthAtEnd = closers.length;
    } else if (code === COMMA) {
      end = index;
      depthAtEnd = closers.length;
    }
  }
  // What was closed since then would have moved the end: what was open there still is.
  return text.slice(0, end) + closers.slice(0, depthAtEnd).reverse().join("");
}

/** Where the string that begins at `start` closes; -1 where it does not. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) index++;
    else if (code === QUOTE) return index;
  }
  return -1;
}
