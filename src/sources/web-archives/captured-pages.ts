import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from "node:zlib";
import { AppError, isSystemError } from "../../errors.ts";
import { type CapturedPage, readWarc } from "./read-warc.ts";
import { findZipData, listZip, type ZipEntry } from "./zip-entries.ts";

const WARC = /\.warc(?:\.gz)?$/i;
const WACZ = /\.wacz$/i;

/** Pages shrink to a tenth when they are packed; what has grown by more than this, and beyond a size, is there to do harm. */
const MAX_GROWTH = 200;
const MIN_MEASURED_BYTES = 256 * 2 ** 20;

/** Whether a file is by its name one of captured pages. */
export const isWebArchive = (name: string): boolean => WARC.test(name) || WACZ.test(name);

/**
 * The pages of a WARC, packed or not, or of every WARC in a WACZ, in the order of the file.
 * @throws AppError `bad-input` where it is none, breaks off or is damaged; the pages before that have been given out
 */
export async function* readCapturedPages(
  path: string,
  maxBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<CapturedPage> {
  try {
    if (!WACZ.test(path)) {
      yield* readWarc(unpacked(path, createReadStream(path, { signal })), maxBytes);
      return;
    }
    for (const entry of (await listZip(path)).filter(({ name }) => WARC.test(name)))
      yield* readWarc(unpacked(entry.name, await openEntry(path, entry, signal)), maxBytes);
  } catch (error) {
    // What is wrong with it is said already, or nobody wants it any more.
    if (error instanceof AppError || signal?.aborted === true || !isSystemError(error)) throw error;
    throw new AppError("bad-input", `It breaks off or is damaged (${error.code}).`, { cause: error });
  }
}

/** Members of gzip that follow each other are read as one. */
const unpacked = (name: string, stream: Readable): Readable =>
  /\.gz$/i.test(name) ? grown(through(stream, createGunzip())) : stream;

/** @throws AppError `bad-input` */
async function openEntry(path: string, entry: ZipEntry, signal?: AbortSignal): Promise<Readable> {
  if (entry.method !== 0 && entry.method !== 8)
    throw new AppError("bad-input", `${entry.name} in it is packed in a way that is not read (${entry.method}).`);
  const { start, end } = await findZipData(path, entry);
  const bytes = createReadStream(path, { start, end: Math.max(start, end - 1), signal });
  return entry.method === 0 ? bytes : grown(through(bytes, createInflateRaw()));
}

/** What unpacking gives, as long as it is not far too much. @throws AppError `bad-input` */
const grown = (unpacking: Gunzip | InflateRaw): Readable =>
  Readable.from(
    (async function* () {
      let bytes = 0;
      for await (const chunk of unpacking as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MIN_MEASURED_BYTES && bytes > unpacking.bytesWritten * MAX_GROWTH)
          throw new AppError("bad-input", `It becomes more than ${MAX_GROWTH} times as large when it is unpacked.`);
        yield chunk;
      }
    })(),
  );

/** Errors of both ends reach whoever reads. */
function through<T extends Readable & NodeJS.WritableStream>(source: Readable, into: T): T {
  pipeline(source, into, ignoreEnd);
  return into;
}

/** Whoever reads is told of errors by the stream that is read. */
function ignoreEnd(): void {}
