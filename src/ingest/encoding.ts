import { isUtf8 } from "node:buffer";
import { AppError } from "../errors.ts";
import { badInput } from "./record.ts";

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
 * Refuses a file that is plainly in a Chinese encoding other than UTF-8: most of the lines at its head are not UTF-8, and
 * all of the head reads as GB18030 (as Big5 text nearly always does too). A file with a few broken lines passes.
 */
export function refuseOtherEncoding(head: Buffer, name: string): void {
  if (isUtf8(head)) return;
  const lines = head.toString("latin1").split("\n");
  // The last line may be cut in the middle of a character.
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  const broken = whole.filter((line) => !isUtf8(Buffer.from(line, "latin1")));
  if (broken.length * 2 <= whole.length) return;
  try {
    new TextDecoder("gb18030", { fatal: true }).decode(head, { stream: true });
  } catch {
    return;
  }
  throw badInput(`${name} is not UTF-8 but looks like GB18030 or Big5: import it with --encoding gb18030 (or big5).`);
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

export const decodeUtf8: DecodeRecord = (bytes) => (isUtf8(bytes) ? bytes.utf8Slice(0, bytes.length) : undefined);

/** For bytes that came through {@link transcode}. */
export const decodeTranscoded: DecodeRecord = (bytes) => {
  const text = bytes.utf8Slice(0, bytes.length);
  return text.includes(REPLACEMENT) ? undefined : text;
};
