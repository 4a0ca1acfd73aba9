import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { AppError, isSystemError } from "../errors.ts";
import {
  type DecodeRecord,
  decodeTranscoded,
  decodeUtf8,
  encodingOfMark,
  looksLikeGb18030,
  transcode,
} from "./encoding.ts";
import { gunzip } from "./gunzip.ts";
import { badInput } from "./record.ts";

/** Counts bytes of the inputs as they lie on disk, for progress. */
export interface Meter {
  bytes: number;
}

export interface InputOptions {
  /** As `parseEncoding` names it; undefined means UTF-8, or what a byte-order mark says. */
  readonly encoding?: string | undefined;
  readonly meter?: Meter;
  readonly signal?: AbortSignal | undefined;
  /** What `-` means. Default the process's standard input. */
  readonly stdin?: AsyncIterable<Buffer>;
}

/** An opened input: unpacked, in UTF-8, without byte-order mark. */
export interface OpenedInput {
  /** As people know it: the path, or "standard input". */
  readonly name: string;
  /** The first bytes of `chunks`, at most {@link HEAD_BYTES}, to tell the kind of file by. */
  readonly head: Buffer;
  /** All bytes, the head included. Throws AppError `bad-input` where the file breaks off. */
  readonly chunks: AsyncIterable<Buffer>;
  readonly decode: DecodeRecord;
  /** True for a file that lies on disk as it is read: not packed, not standard input. */
  readonly isPlainFile: boolean;
  /** Must be called, whether or not `chunks` was read to its end. */
  close(): Promise<void>;
}

export const HEAD_BYTES = 64 * 1024;
export const STDIN = "-";
export const inputName = (path: string): string => (path === STDIN ? "standard input" : path);

/** `news.jsonl.gz` → `.jsonl` */
export const kindSuffix = (path: string): string => extname(path.replace(/\.gz$/i, "")).toLowerCase();

const SQLITE_MAGIC = Buffer.from("SQLite format 3\0", "latin1");
export const isSqlite = (head: Buffer): boolean => head.subarray(0, SQLITE_MAGIC.length).equals(SQLITE_MAGIC);

/** @throws AppError `bad-input` for a path that cannot be read, or a file in another encoding. */
export async function openInput(path: string, options: InputOptions = {}): Promise<OpenedInput> {
  const name = inputName(path);
  const raw = await peek(readRaw(path, options), 2);
  const isGzip = raw.head[0] === 0x1f && raw.head[1] === 0x8b;
  let content = await peek(isGzip ? unpack(raw.chunks, name) : raw.chunks, HEAD_BYTES);
  const opened = { name, isPlainFile: !isGzip && path !== STDIN, close: () => content.close() };
  if (isSqlite(content.head)) return { ...opened, head: content.head, chunks: content.chunks, decode: decodeUtf8 };

  const encoding = options.encoding ?? encodingOfMark(content.head) ?? "utf-8";
  if (encoding !== "utf-8") {
    content = await peek(transcode(content.chunks, encoding), HEAD_BYTES);
    return { ...opened, head: content.head, chunks: content.chunks, decode: decodeTranscoded };
  }
  let { head, chunks } = content;
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) {
    head = head.subarray(3);
    chunks = dropBytes(chunks, 3);
  }
  if (options.encoding === undefined && looksLikeGb18030(head)) {
    await content.close();
    throw badInput(`${name} is not UTF-8 but looks like GB18030 or Big5: import it with --encoding gb18030 (or big5).`);
  }
  return { ...opened, head, chunks, decode: decodeUtf8 };
}

async function* readRaw(path: string, options: InputOptions): AsyncGenerator<Buffer> {
  const { signal, meter } = options;
  let source: AsyncIterable<Buffer | string> | undefined;
  const stop = (): void => void (source instanceof Readable && source.destroy());
  try {
    if (path === STDIN) {
      source = options.stdin ?? process.stdin;
    } else {
      if ((await stat(path)).isDirectory()) {
        throw badInput(`${path} is a folder; name the files in it, for example ${path.replace(/\/+$/, "")}/*.jsonl`);
      }
      source = createReadStream(path, { highWaterMark: 256 * 1024 });
    }
    signal?.addEventListener("abort", stop, { once: true });
    for await (const chunk of source) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      if (meter !== undefined) meter.bytes += bytes.length;
      yield bytes;
    }
  } catch (error) {
    if (error instanceof AppError || signal?.aborted === true) throw error;
    throw badInput(describeFailure(path, error), error);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function describeFailure(path: string, error: unknown): string {
  if (isSystemError(error, "ENOENT", "ENOTDIR")) return `There is no file ${path}.`;
  if (isSystemError(error, "EACCES", "EPERM")) return `${path} may not be read by this user; give it read permission.`;
  return `${inputName(path)} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

async function* unpack(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  try {
    yield* gunzip(chunks);
  } catch (error) {
    if (!isSystemError(error) || error.code?.startsWith("Z_") !== true) throw error;
    const what =
      error.code === "Z_BUF_ERROR" ? "ends in the middle of its gzip data" : `is damaged gzip (${error.message})`;
    throw badInput(`${name} ${what}; what came before was read. Fetch the file again and import it once more.`, error);
  }
}

interface Peeked {
  readonly head: Buffer;
  readonly chunks: AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** The first bytes of a stream, and the stream with them still in it. An error of the source waits until it is reached. */
async function peek(source: AsyncIterable<Buffer>, byteCount: number): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  let failure: unknown;
  try {
    while (length < byteCount) {
      const { value, done } = await iterator.next();
      if (done === true) break;
      first.push(value);
      length += value.length;
    }
  } catch (error) {
    if (length === 0) throw error;
    failure = error;
  }
  const close = async (): Promise<void> => void (await iterator.return?.(undefined));
  async function* all(): AsyncGenerator<Buffer> {
    try {
      for (let chunk = first.shift(); chunk !== undefined; chunk = first.shift()) yield chunk;
      if (failure !== undefined) throw failure;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await close();
    }
  }
  return { head: Buffer.concat(first).subarray(0, byteCount), chunks: all(), close };
}

async function* dropBytes(chunks: AsyncIterable<Buffer>, byteCount: number): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const dropped = Math.min(byteCount, chunk.length);
    byteCount -= dropped;
    if (chunk.length > dropped) yield chunk.subarray(dropped);
  }
}
