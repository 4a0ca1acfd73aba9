import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { AppError, isSystemError } from "../errors.ts";
import { encodingName } from "../text/encodings.ts";
import { encodingOfMark, encodingOfXml, guessChineseEncoding, isPlainlyUtf8, unmarkedUtf16 } from "./guess-encoding.ts";
import { gunzip } from "./gunzip.ts";
import { badInput, notText } from "./record.ts";
import { COMMAND_LINE_REMEDIES, type Remedies } from "./remedies.ts";
import { transcode } from "./transcode.ts";

/** Counts bytes of the inputs as they lie on disk, for progress. */
export interface Meter {
  bytes: number;
}

export interface InputOptions {
  /** As `parseEncoding` names it; undefined means UTF-8, or what a byte-order mark or an XML declaration says. */
  readonly encoding?: string | undefined;
  /** How messages say what mends a problem. Default the words of the command line. */
  readonly remedies?: Remedies | undefined;
  /** Told what was found out about the input that whoever brings it should know: a sentence each. */
  readonly onRemark?: ((text: string) => void) | undefined;
  readonly meter?: Meter;
  readonly signal?: AbortSignal | undefined;
  /** A path that is a link is refused, also where it has become one a moment ago. Default false. */
  readonly refusesLinks?: boolean;
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
  /** Why a record is refused whose bytes are no text. */
  readonly notText: string;
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
  return openBytes(inputName(path), readRaw(path, options), { ...options, isPlainFile: path !== STDIN });
}

/** The same for bytes that come from elsewhere. @throws AppError `bad-input` */
export async function openBytes(
  name: string,
  bytes: AsyncIterable<Buffer>,
  options: Pick<InputOptions, "encoding" | "remedies" | "onRemark"> & { readonly isPlainFile?: boolean },
): Promise<OpenedInput> {
  const { encoding, remedies = COMMAND_LINE_REMEDIES, onRemark, isPlainFile = false } = options;
  const raw = await peek(bytes, 2);
  const isGzip = raw.head[0] === 0x1f && raw.head[1] === 0x8b;
  let content = await peek(isGzip ? unpack(raw.chunks, name) : raw.chunks, HEAD_BYTES);
  const opened = { name, isPlainFile: isPlainFile && !isGzip, close: () => content.close() };
  try {
    const { head } = content;
    const used = isSqlite(head) ? "utf-8" : await chooseEncoding(name, head, encoding, remedies);
    if (encoding !== undefined && used !== encoding)
      onRemark?.(`${name} is ${used}, and was read as such, not as ${encoding}.`);
    if (used !== "utf-8") content = await peek(transcode(content.chunks, used), HEAD_BYTES);
    else if (encodingOfMark(head) === "utf-8")
      content = { ...content, head: head.subarray(3), chunks: dropBytes(content.chunks, 3) };
    return { ...opened, head: content.head, chunks: content.chunks, notText: notText(used, remedies) };
  } catch (error) {
    await content.close();
    throw error;
  }
}

/** The encoding to read a file in: what its mark says, else the one that is named, else what its first bytes tell. @throws AppError `bad-input` */
async function chooseEncoding(
  name: string,
  head: Buffer,
  named: string | undefined,
  remedies: Remedies,
): Promise<string> {
  const mark = encodingOfMark(head);
  if (mark === "utf-32") throw badInput(`${name} is UTF-32; convert it to UTF-8 first (iconv -f UTF-32 -t UTF-8).`);
  if (mark !== undefined) return mark;
  if (named !== undefined) return isPlainlyUtf8(head) ? "utf-8" : named;
  const declared = encodingOfXml(head);
  const declaredName = declared === undefined ? undefined : encodingName(declared);
  if (declaredName !== undefined && !declaredName.startsWith("utf-")) return declaredName;
  const utf16 = unmarkedUtf16(head);
  if (utf16 !== undefined) return utf16;
  const guess = await guessChineseEncoding(head);
  if (guess === undefined) return "utf-8";
  const [first, second] = guess === "big5" ? ["Big5", "GB18030"] : ["GB18030", "Big5"];
  throw badInput(
    `${name} is not UTF-8 but looks like ${first} (or ${second}): ${remedies.encoding(first.toLowerCase())}, ` +
      `${remedies.encoding(second.toLowerCase())}.`,
  );
}

async function* readRaw(path: string, options: InputOptions): AsyncGenerator<Buffer> {
  const { signal, meter } = options;
  let source: AsyncIterable<Buffer | string> | undefined;
  const stop = (): void => void (source instanceof Readable && source.destroy());
  try {
    if (path === STDIN) {
      source = options.stdin ?? process.stdin;
    } else {
      const file = await openFile(path, options);
      source = file.createReadStream({ highWaterMark: 256 * 1024 });
      if ((await file.stat()).isDirectory()) {
        throw badInput(`${path} is a folder; name the files in it, for example ${path.replace(/\/+$/, "")}/*.jsonl`);
      }
    }
    signal?.addEventListener("abort", stop, { once: true });
    for await (const chunk of source) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      if (meter !== undefined) meter.bytes += bytes.length;
      yield bytes;
    }
  } catch (error) {
    if (error instanceof AppError || signal?.aborted === true) throw error;
    throw badInput(describeFailure(path, error), { cause: error });
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Opens a file for reading. Where links are refused, a pipe is not waited for either. */
export function openFile(
  path: string,
  { refusesLinks = false }: Pick<InputOptions, "refusesLinks">,
): Promise<FileHandle> {
  // Windows has neither.
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  return open(path, refusesLinks ? O_RDONLY | O_NOFOLLOW | O_NONBLOCK : O_RDONLY);
}

function describeFailure(path: string, error: unknown): string {
  if (isSystemError(error, "ENOENT", "ENOTDIR")) return `There is no file ${path}.`;
  if (isSystemError(error, "EACCES", "EPERM")) return `${path} may not be read by this user; give it read permission.`;
  if (isSystemError(error, "ELOOP")) return `${path} is a link, which is not followed.`;
  return `${inputName(path)} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

async function* unpack(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  try {
    yield* gunzip(chunks);
  } catch (error) {
    if (!isSystemError(error) || error.code?.startsWith("Z_") !== true) throw error;
    const what =
      error.code === "Z_BUF_ERROR"
        ? "ends in the middle of its gzip data; what came before was read"
        : `is damaged gzip (${error.message}); what came before was read, but for up to 64 KB right before the damage`;
    throw badInput(`${name} ${what}. Fetch the file again and import it once more.`, {
      cause: error,
    });
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
