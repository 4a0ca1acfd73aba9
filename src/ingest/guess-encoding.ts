import { isUtf8 } from "node:buffer";
import { createDecoder } from "../text/encodings.ts";

/** The encoding that a byte-order mark at the beginning of a file tells. */
export function encodingOfMark(head: Buffer): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe)
    return head.length > 3 && head[2] === 0 && head[3] === 0 ? "utf-32" : "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  if (head[0] === 0 && head[1] === 0 && head[2] === 0xfe && head[3] === 0xff) return "utf-32";
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return "utf-8";
  return undefined;
}

/** What `<?xml version="1.0" encoding="GBK"?>` says; pages often say gb2312 and are UTF-8, so bytes that are UTF-8 count more. */
export function encodingOfXml(head: Buffer): string | undefined {
  const declared = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(
    head.toString("latin1", 0, 400),
  )?.[1];
  return declared === undefined || isUtf8(withoutCutEnd(head)) ? undefined : declared;
}

/** Spaces, digits, line ends and marks make a zero byte in at least this share of the code units of any UTF-16 text. */
const MIN_ZERO_SHARE = 0.002;
/** Text that is mostly ASCII reads as UTF-8 too, but for a zero beside every letter; the bytes of a few other characters are letters as well. */
const MIN_ZERO_SHARE_OF_ASCII = 0.7;
/** This share of the code units are of the scripts that archives are written in; read in the wrong order hardly any are. */
const MIN_USUAL_SHARE = 0.9;
const USUAL = /[\t\r\n\u0020-\u007e\u2010-\u203b\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\ud800-\udfff\uff00-\uffee]/g;

/** UTF-16 without a mark: it has zero bytes, is no UTF-8, and makes sense in one order of the bytes. */
export function unmarkedUtf16(head: Buffer): "utf-16le" | "utf-16be" | undefined {
  const length = head.length & ~1;
  let zeros = 0;
  for (let index = 0; index < length; index++) if (head[index] === 0) zeros++;
  const share = zeros / (length / 2);
  if (length < 4 || share < (isUtf8(withoutCutEnd(head)) ? MIN_ZERO_SHARE_OF_ASCII : MIN_ZERO_SHARE)) return undefined;
  const bytes = Buffer.from(head.subarray(0, length));
  const little = usualShare(bytes);
  const big = usualShare(bytes.swap16());
  if (Math.max(little, big) < MIN_USUAL_SHARE) return undefined;
  return little > big ? "utf-16le" : "utf-16be";
}

const usualShare = (bytes: Buffer): number => {
  const text = bytes.toString("utf16le");
  return (text.match(USUAL)?.length ?? 0) / Math.max(text.length, 1);
};

/** The commonest characters of Chinese news in each script: text that is read in the wrong encoding has hardly any of them. */
const COMMON = new Set(
  "的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們到作地于於出会會可年发發对對成能学學生说說月日",
);

/**
 * The Chinese encoding that the head of a file is plainly in, if it is not UTF-8: most of its lines are not, and all of it reads
 * as GB18030 or Big5. A file with a few broken lines is none.
 */
export async function guessChineseEncoding(head: Buffer): Promise<"gb18030" | "big5" | undefined> {
  head = withoutCutEnd(head);
  if (isUtf8(head)) return undefined;
  const lines = head.toString("latin1").split(/\r?\n|\r/);
  // The last line may be cut in the middle of a character.
  const whole = (lines.length > 1 ? lines.slice(0, -1) : lines).filter((line) => line !== "");
  const broken = whole.filter((line) => !isUtf8(Buffer.from(line, "latin1")));
  if (broken.length * 2 <= whole.length) return undefined;
  let best: { readonly name: "gb18030" | "big5"; readonly score: number } | undefined;
  for (const name of ["gb18030", "big5"] as const) {
    const score = await scoreAs(head, name);
    if (score !== undefined && (best === undefined || score > best.score)) best = { name, score };
  }
  return best?.name;
}

/** {@link commonShare} of the text; undefined where it is no text in that encoding. */
async function scoreAs(bytes: Buffer, encoding: string): Promise<number | undefined> {
  const decoder = await createDecoder(encoding, { fatal: true });
  let text: string;
  try {
    text = decoder.decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
  if (/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text)) return undefined;
  return commonShare(text);
}

/** The share of the commonest characters among all that are not ASCII. */
export function commonShare(text: string): number {
  const characters = text.match(/[^\p{ASCII}]/gu) ?? [];
  return characters.filter((character) => COMMON.has(character)).length / Math.max(characters.length, 1);
}

/** This many characters of three bytes that all are UTF-8 are no chance: a character of GBK is so one time in ten. */
const MIN_CERTAIN_CHARACTERS = 8;

/** UTF-8 that cannot be text in another encoding by chance. */
export function isPlainlyUtf8(head: Buffer): boolean {
  const whole = withoutCutEnd(head);
  if (!isUtf8(whole)) return false;
  let count = 0;
  for (const byte of whole) if (byte >= 0xe0 && ++count === MIN_CERTAIN_CHARACTERS) return true;
  return false;
}

/** Without the character at the end that the head of a file may break off in. */
function withoutCutEnd(head: Buffer): Buffer {
  let end = head.length;
  while (end > 0 && end > head.length - 4 && ((head[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  return end > 0 && (head[end - 1] ?? 0) >= 0xc0 ? head.subarray(0, end - 1) : head;
}
