import { isUtf8 } from "node:buffer";
import { encodingOfMark, guessChineseEncoding, unmarkedUtf16 } from "../../ingest/guess-encoding.ts";
import { createDecoder, encodingName } from "../../text/encodings.ts";

/** As much of a document is looked at to find what it says of its encoding. */
const HEAD_BYTES = 4096;

/**
 * The text of a document from the web. Its bytes count more than what is said of them: servers and pages that claim GB2312 and send
 * UTF-8 are many.
 * @param contentType as the server sent it
 */
export async function decodeDocument(bytes: Buffer, contentType?: string): Promise<string> {
  return (await decode(bytes, contentType)).replace(/[\u0080-\u009f]/g, toPunctuation);
}

/** Quotes and dashes of Windows that a program took for Latin-1: no text holds the control characters in their places. */
export const toPunctuation = (control: string): string => WINDOWS_1252.decode(Buffer.from(control, "latin1"));
const WINDOWS_1252 = new TextDecoder("windows-1252");

async function decode(bytes: Buffer, contentType: string | undefined): Promise<string> {
  const utf32 = decodeUtf32(bytes);
  if (utf32 !== undefined) return utf32;
  const encoding = await findEncoding(bytes, contentType);
  if (encoding === "utf-8") return bytes.toString("utf8").replace(/^\ufeff/, "");
  if (encoding === "utf-16le" || encoding === "utf-16be") return decodeUtf16(bytes, encoding === "utf-16be");
  return (await createDecoder(encoding)).decode(bytes);
}

async function findEncoding(bytes: Buffer, contentType: string | undefined): Promise<string> {
  const marked = encodingOfMark(bytes);
  if (marked !== undefined) return marked;
  const utf16 = unmarkedUtf16(bytes.subarray(0, HEAD_BYTES)) ?? utf16OfXml(bytes);
  if (utf16 !== undefined) return utf16;
  if (isUtf8(bytes)) return "utf-8";
  const head = bytes.toString("latin1", 0, HEAD_BYTES);
  const claims = [
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']?([\w.:-]{1,40})/.exec(head)?.[1],
    /charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(contentType ?? "")?.[1],
    /<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(head)?.[1],
  ];
  const named = claims.map((claim) => (claim === undefined ? undefined : encodingName(claim)));
  // UTF-8 was looked for: a claim of it is not true, or only some bytes are broken.
  const claimed = named.find((name) => name !== undefined && !name.startsWith("utf-") && !isAscii(name));
  if (claimed !== undefined) return claimed;
  return (
    (await guessChineseEncoding(bytes)) ??
    (named.some((name) => name === "utf-8") ? "utf-8" : mostlyUtf8(bytes) ? "utf-8" : "windows-1252")
  );
}

/** `us-ascii` and `latin1` are one encoding to the standard, and what servers claim that know nothing of their files. */
const isAscii = (name: string): boolean => name === "windows-1252";

/** `<?` as UTF-16 without a mark. */
function utf16OfXml(bytes: Buffer): "utf-16le" | "utf-16be" | undefined {
  const first = bytes.toString("latin1", 0, 4);
  return first === "<\0?\0" ? "utf-16le" : first === "\0<\0?" ? "utf-16be" : undefined;
}

/** A few broken bytes in a long text are damage; in Western text of one byte a character hardly any two bytes are UTF-8. */
function mostlyUtf8(bytes: Buffer): boolean {
  const broken = bytes.toString("utf8").match(/\ufffd/g)?.length ?? 0;
  const whole = bytes.toString("utf8").match(/[^\0-\x7f\ufffd]/g)?.length ?? 0;
  return whole > broken;
}

function decodeUtf16(bytes: Buffer, isBigEndian: boolean): string {
  const units = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  if (isBigEndian) units.swap16();
  return units
    .toString("utf16le")
    .replace(/^\ufeff/, "")
    .toWellFormed();
}

/** Undefined for what is no UTF-32: neither marked nor with a `<` of four bytes at its beginning. */
function decodeUtf32(bytes: Buffer): string | undefined {
  const first = bytes.toString("latin1", 0, 4);
  const isLittle = first === "\u00ff\u00fe\0\0" || first === "<\0\0\0";
  if (!isLittle && first !== "\0\0\u00fe\u00ff" && first !== "\0\0\0<") return undefined;
  const characters: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    characters.push(code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd");
  }
  return characters
    .join("")
    .replace(/^\ufeff/, "")
    .toWellFormed();
}
