import { isUtf8 } from "node:buffer";
import { commonShare, encodingOfMark, unmarkedUtf16 } from "../ingest/guess-encoding.ts";
import { createDecoder, encodingName } from "../text/encodings.ts";

export interface DecodedPage {
  readonly html: string;
  /** In the words of the Encoding Standard. */
  readonly encoding: string;
  readonly why: string;
}

/** Bytes of a page in which its declaration is looked for: the standard's 1,024 are too few for pages that begin with scripts. */
const MAX_DECLARATION_BYTES = 65_536;
/** Bytes beyond ASCII that are tried in each encoding. */
const SAMPLE_BYTES = 65_536;
/** Text in the wrong encoding has hardly any of the commonest characters; Chinese news has them in every fifth place. */
const MIN_COMMON_SHARE = 0.06;

/** Decodes a page by what its bytes are; what it claims decides where the bytes leave it open. */
export async function decodePage(bytes: Buffer, contentType?: string): Promise<DecodedPage> {
  const marked = encodingOfMark(bytes);
  if (marked !== undefined && marked !== "utf-32") return decodeAs(bytes, marked, "byte-order mark");
  if (isUtf8(bytes)) return decodeAs(bytes, "utf-8", "the bytes are UTF-8");
  const utf16 = unmarkedUtf16(bytes.subarray(0, 4096));
  if (utf16 !== undefined) return decodeAs(bytes, utf16, "the bytes are UTF-16");

  const declared = declaredEncodings(bytes, contentType);
  const sample = toSample(bytes);
  let best = {
    encoding: declared[0] ?? "windows-1252",
    score: Number.NEGATIVE_INFINITY,
    isDeclared: declared.length > 0,
  };
  for (const encoding of new Set([...declared, "utf-8", "gb18030", "big5"])) {
    const isDeclared = declared.includes(encoding);
    const score = await scoreOf(sample, encoding, isDeclared);
    if (score > best.score) best = { encoding, score, isDeclared };
  }
  // gb2312 and gbk are subsets by name alone: pages that say so hold characters of all of it.
  const encoding = best.encoding === "gbk" ? "gb18030" : best.encoding;
  return decodeAs(bytes, encoding, best.isDeclared ? "declared, and the bytes agree" : "fits the bytes best");
}

async function decodeAs(bytes: Buffer, encoding: string, why: string): Promise<DecodedPage> {
  if (encoding === "utf-8") {
    const html = bytes.toString("utf8");
    return { html: html.charCodeAt(0) === 0xfeff ? html.slice(1) : html, encoding, why };
  }
  return { html: (await createDecoder(encoding)).decode(bytes), encoding, why };
}

function declaredEncodings(bytes: Buffer, contentType: string | undefined): string[] {
  const head = bytes.toString("latin1", 0, MAX_DECLARATION_BYTES);
  const labels = [
    /charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(contentType ?? "")?.[1],
    ...[...head.matchAll(/<meta\s[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})/gi)].map(([, label]) => label),
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})/.exec(head)?.[1],
  ];
  const names = labels.flatMap((label) => (label === undefined ? [] : (encodingName(label) ?? [])));
  // A declaration that can be read as bytes is none of UTF-16.
  return [...new Set(names.map((name) => (name.startsWith("utf-16") ? "utf-8" : name)))];
}

/** The parts of the page that are not ASCII, with a little of what is around them. */
function toSample(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (let at = 0; at < bytes.length && length < SAMPLE_BYTES; ) {
    if ((bytes[at] ?? 0) < 0x80) {
      at++;
      continue;
    }
    let end = at + 1;
    // The second byte of a character of GBK or Big5 may be ASCII.
    while (
      end < bytes.length &&
      ((bytes[end] ?? 0) >= 0x80 || ((bytes[end - 1] ?? 0) >= 0x80 && (bytes[end] ?? 0) >= 0x40))
    )
      end++;
    parts.push(bytes.subarray(at, Math.min(end, at + SAMPLE_BYTES - length)), LINE_END);
    length += end - at + 1;
    at = end;
  }
  return Buffer.concat(parts);
}

const LINE_END = Buffer.from("\n");

/** How well bytes read in an encoding: common characters speak for it, what is no text speaks against it. */
async function scoreOf(sample: Buffer, encoding: string, isDeclared: boolean): Promise<number> {
  const text = (await createDecoder(encoding)).decode(sample);
  const beyondAscii = text.match(/[^\p{ASCII}]/gu)?.length ?? 0;
  const broken = (text.match(/[\ufffd\ue000-\uf8ff\u0080-\u009f]/g)?.length ?? 0) / Math.max(beyondAscii, 1);
  const common = commonShare(text);
  if (!isDeclared && encoding !== "utf-8" && common < MIN_COMMON_SHARE) return Number.NEGATIVE_INFINITY;
  return common - broken + (isDeclared ? 0.02 : 0);
}
