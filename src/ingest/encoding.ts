import { isUtf8 } from "node:buffer";
import { AppError } from "../errors.ts";

/** The name of an encoding in the words of the Encoding Standard, e.g. `gb18030`, `big5`, `utf-16le`. @throws AppError `usage` */
export function parseEncoding(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch (cause) {
    throw new AppError("usage", `There is no encoding "${label}". --encoding takes utf-8, gb18030, big5, utf-16le …`, {
      cause,
    });
  }
}

/** The encoding that a byte-order mark at the beginning of a file tells. */
export function encodingOfMark(head: Buffer): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return undefined;
}

/**
 * True for the head of a file that is plainly in a Chinese encoding other than UTF-8: most of its lines are not UTF-8, and
 * all of it reads as GB18030 (as Big5 text nearly always does too). A file with a few broken lines is not.
 */
export function looksLikeGb18030(head: Buffer): boolean {
  if (isUtf8(head)) return false;
  const lines = head.toString("latin1").split("\n");
  // The last line may be cut in the middle of a character.
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  const broken = whole.filter((line) => !isUtf8(Buffer.from(line, "latin1")));
  if (broken.length * 2 <= whole.length) return false;
  try {
    new TextDecoder("gb18030", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * Any encoding → UTF-8 with the same lines. What is no text in that encoding becomes U+FFFD: a record that holds one is
 * refused by its reader.
 */
export async function* transcode(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text.length > 0) yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest.length > 0) yield Buffer.from(rest);
}

/** How a reader turns the bytes of a record into text: undefined when they are not wholly text. */
export type DecodeRecord = (bytes: Buffer) => string | undefined;

const REPLACEMENT = "\ufffd";

export const decodeUtf8: DecodeRecord = (bytes) => (isUtf8(bytes) ? bytes.toString("utf8") : undefined);

/** For bytes that came through {@link transcode}. */
export const decodeTranscoded: DecodeRecord = (bytes) => {
  const text = bytes.toString("utf8");
  return text.includes(REPLACEMENT) ? undefined : text;
};
