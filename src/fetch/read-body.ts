import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from "node:zlib";
import { AppError, isSystemError } from "../errors.ts";

/** An answer that is packed more often than this is refused: each layer multiplies. */
const MAX_ENCODINGS = 2;

export interface BodyOptions {
  /** Most bytes, packed and unpacked alike. */
  readonly maxBytes: number;
  /** For messages. */
  readonly url: string;
}

/**
 * The bytes of an answer, unpacked. Never holds more than the limit and one piece of what a decompressor gives at a time.
 * @param contentEncoding as the answer names it, `gzip` or `gzip, br`
 * @throws AppError `fetch-failed`
 */
export async function readBody(
  body: Readable,
  contentEncoding: string | undefined,
  options: BodyOptions,
): Promise<Buffer> {
  const encodings = (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (encodings.length > MAX_ENCODINGS) {
    dropBody(body);
    throw failed(options, `is packed ${encodings.length} times over`);
  }
  let bytes = await collect(body, options);
  for (const encoding of encodings.reverse()) bytes = await unpack(bytes, encoding, options);
  // Sitemaps and feeds lie packed on servers that do not say so.
  const isPackedFile = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isPackedFile ? unpack(bytes, "gzip", options) : bytes;
}

/** Ends an answer whose body is not wanted. */
export function dropBody(body: Readable): void {
  // That it ends early is what is meant.
  body.once("error", () => {});
  body.destroy();
}

async function unpack(bytes: Buffer, encoding: string, options: BodyOptions): Promise<Buffer> {
  // What announces itself as packed and is empty or plain comes from servers that pack nothing.
  if (bytes.length === 0) return bytes;
  if (/^(?:x-)?gzip$/.test(encoding) && !(bytes[0] === 0x1f && bytes[1] === 0x8b)) return bytes;
  const decompressor = createDecompressor(encoding, bytes);
  if (decompressor === undefined) throw failed(options, `is packed in a way that is not known: ${encoding}`);
  decompressor.end(bytes);
  try {
    return await collect(decompressor, options);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw failed(options, `breaks off or is damaged in its compression (${encoding}: ${error.message})`, error);
  } finally {
    decompressor.destroy();
  }
}

function createDecompressor(encoding: string, bytes: Buffer): Transform | undefined {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      // Some servers leave out the header of zlib, whose first byte says "deflate" in its low half.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress();
    default:
      return undefined;
  }
}

async function collect(stream: Readable, options: BodyOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > options.maxBytes) {
      throw tooLarge(options);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function tooLarge({ url, maxBytes }: BodyOptions): AppError {
  return new AppError("fetch-failed", `${url} is larger than ${toSize(maxBytes)}, so it was not read.`, {
    remedy: { code: "set-option", option: "fetch-max-size", does: "sets how large an answer may be" },
  });
}

const toSize = (bytes: number): string => (bytes < 2 ** 20 ? `${bytes >> 10} kB` : `${Math.round(bytes / 2 ** 20)} MB`);

const failed = ({ url }: BodyOptions, what: string, cause?: unknown): AppError =>
  new AppError("fetch-failed", `${url} ${what}.`, { cause });
