import { createDecoder } from "../text/encodings.ts";

const REPLACEMENT = "\ufffd";

/** Stands in the output for bytes that are no text: it is no UTF-8, so that the reader of the record refuses it. */
const NO_TEXT = Buffer.from([0xff]);

/**
 * Any encoding → UTF-8 with the same lines. Bytes that are no text in that encoding come out as a byte that is no UTF-8: the
 * record that holds them is refused, and U+FFFD is stored only where the file itself holds it.
 */
export async function* transcode(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  if (encoding === "utf-16le" || encoding === "utf-16be") yield* transcodeUtf16(chunks, encoding === "utf-16be");
  else yield* transcodeBytes(chunks, encoding);
}

/** U+FFFD as GB18030 writes it; other encodings but the Unicode ones have no code for it. */
const REPLACEMENT_GB18030 = Buffer.from([0x84, 0x31, 0xa4, 0x37]);

async function* transcodeBytes(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = await createDecoder(encoding);
  const hasReplacement = encoding === "gb18030" || encoding === "gbk";
  let tail = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (!text.includes(REPLACEMENT)) {
      if (text.length > 0) yield Buffer.from(text);
    } else {
      const genuine = hasReplacement ? countOf(Buffer.concat([tail, chunk]), REPLACEMENT_GB18030) : 0;
      const parts = text.split(REPLACEMENT);
      yield genuine === parts.length - 1 ? Buffer.from(text) : joinNoText(parts);
    }
    tail = Buffer.from(chunk.subarray(-(REPLACEMENT_GB18030.length - 1)));
  }
  const rest = decoder.decode();
  if (rest.length > 0) yield joinNoText(rest.split(REPLACEMENT));
}

async function* transcodeUtf16(chunks: AsyncIterable<Buffer>, isBigEndian: boolean): AsyncGenerator<Buffer> {
  /** The bytes of a unit, or of a pair of them, that the chunk before broke off in. */
  let pending = Buffer.alloc(0);
  let isFirst = true;
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([pending, chunk]);
    let length = bytes.length & ~1;
    const lastHigh = bytes[isBigEndian ? length - 2 : length - 1];
    if (length > 0 && lastHigh !== undefined && lastHigh >= 0xd8 && lastHigh < 0xdc) length -= 2;
    pending = bytes.subarray(length);
    if (length === 0) continue;
    const units = bytes.subarray(0, length);
    if (isBigEndian) units.swap16();
    let text = units.toString("utf16le");
    if (isFirst && text.startsWith("\ufeff")) text = text.slice(1);
    isFirst = false;
    if (text.length > 0) yield text.isWellFormed() ? Buffer.from(text) : joinNoText(text.split(/\p{Surrogate}/u));
  }
  if (pending.length > 0) yield NO_TEXT;
}

function joinNoText(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part, index) => (index === 0 ? [Buffer.from(part)] : [NO_TEXT, Buffer.from(part)])),
  );
}

function countOf(bytes: Buffer, what: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(what); at !== -1; at = bytes.indexOf(what, at + what.length)) count++;
  return count;
}
