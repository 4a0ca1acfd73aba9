import { createMultibyteEncoder } from "@exodus/bytes/multi-byte.js";

/** Encodings that text is written in, by name, for tests. Characters that one does not have throw. */
export function encode(text: string, encoding: string): Buffer {
  switch (encoding) {
    case "utf-8":
      return Buffer.from(text);
    case "utf-8 with a mark":
      return Buffer.from(`\ufeff${text}`);
    case "utf-16le":
      return Buffer.from(text, "utf16le");
    case "utf-16le with a mark":
      return Buffer.from(`\ufeff${text}`, "utf16le");
    case "utf-16be":
      return Buffer.from(text, "utf16le").swap16();
    case "utf-16be with a mark":
      return Buffer.from(`\ufeff${text}`, "utf16le").swap16();
    default:
      return Buffer.from(createMultibyteEncoder(encoding)(text));
  }
}
