import { isUtf8 } from "node:buffer";

/** Names that programs give to encodings and that the Encoding Standard does not list. */
const ALIASES: Readonly<Record<string, string>> = {
  utf8: "utf-8",
  "utf8-sig": "utf-8",
  "utf-8-sig": "utf-8",
  utf8mb4: "utf-8",
  cp65001: "utf-8",
  utf16: "utf-16le",
  utf16le: "utf-16le",
  utf16be: "utf-16be",
  cp936: "gbk",
  ms936: "gbk",
  "windows-936": "gbk",
  "euc-cn": "gbk",
  "gb-18030": "gb18030",
  "gb18030-2005": "gb18030",
  "gb18030-2022": "gb18030",
  cp950: "big5",
  ms950: "big5",
  "windows-950": "big5",
  big5hkscs: "big5",
  "big5-hk": "big5",
  "big5-eten": "big5",
  cp932: "shift_jis",
  cp949: "euc-kr",
  latin1: "windows-1252",
  cp1252: "windows-1252",
};

/** The name of an encoding in the words of the Encoding Standard, e.g. `gb18030`, `big5`, `utf-16le`. Undefined: there is none. */
export function encodingName(label: string): string | undefined {
  const name = label.trim().toLowerCase().replaceAll(" ", "-");
  const known = ALIASES[name.replaceAll("_", "-")] ?? name;
  for (const spelling of [known, known.replaceAll("_", "-")]) {
    try {
      return new TextDecoder(spelling).encoding;
    } catch {
      // Tried in its next spelling.
    }
  }
  return undefined;
}

/** Turns bytes into text piece by piece, as `TextDecoder` does; what is no text becomes U+FFFD, or throws where it is `fatal`. */
export interface Decoder {
  decode(bytes?: Uint8Array, options?: { readonly stream?: boolean }): string;
}

/**
 * A decoder by the Encoding Standard. Node's own gives private-use characters for the Hong Kong part of Big5 (啲嘅咗喺) and
 * departs from the standard in Japanese and Korean encodings.
 */
export async function createDecoder(encoding: string, options: { readonly fatal?: boolean } = {}): Promise<Decoder> {
  const { TextDecoder: StandardDecoder } = await import("@exodus/bytes/encoding.js");
  return new StandardDecoder(encoding, { ...options, ignoreBOM: false });
}

/** The text that all of the bytes make, without a byte-order mark. Undefined where they are not wholly text in that encoding. */
export async function decodeText(bytes: Buffer, encoding = "utf-8"): Promise<string | undefined> {
  if (encoding === "utf-8") {
    if (!isUtf8(bytes)) return undefined;
    const text = bytes.toString("utf8");
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }
  const decoder = await createDecoder(encoding, { fatal: true });
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
