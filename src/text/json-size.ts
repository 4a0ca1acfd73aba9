import { AppError } from "../errors.ts";

export interface JsonLimits {
  /** Values of any kind, and names in objects. */
  readonly maxValues: number;
  /** Arrays and objects within each other. */
  readonly maxDepth: number;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
/** Opening and closing brackets and braces, which differ in one bit of their case. */
const [OPEN_ARRAY, OPEN_OBJECT, CLOSE_ARRAY, CLOSE_OBJECT] = [0x5b, 0x7b, 0x5d, 0x7d];

/**
 * Counts what a JSON text holds before anything is made of it: 4 MB of `{},{},…` become 80 MB of objects once they are parsed.
 * What is no JSON is the parser's to refuse.
 * @throws AppError `payload-too-large`, or `invalid-request` for what is nested too deeply
 */
export function checkJsonSize(text: string, { maxValues, maxDepth }: JsonLimits): void {
  let [values, depth] = [1, 0];
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case COMMA:
      case COLON:
        values++;
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        values++;
        depth++;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth--;
        break;
    }
    if (values > maxValues) {
      throw new AppError(
        "payload-too-large",
        `The body holds more than ${maxValues} values, more than are taken at once; send several requests, and text as strings, not as numbers of tokens.`,
      );
    }
    if (depth > maxDepth)
      throw new AppError("invalid-request", `The body is nested more than ${maxDepth} levels deep.`);
  }
}

/** Where the string that begins at an index ends; the end of the text where it does not. */
function endOfString(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const end = text.indexOf('"', from);
    if (end < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH && end - backslashes > start + 1) backslashes++;
    if (backslashes % 2 === 0) return end;
    from = end + 1;
  }
}
