import { Readable } from "node:stream";
import { AppError } from "../../errors.ts";
import { readBody } from "../../fetch/read-body.ts";
import { ByteReader } from "./byte-reader.ts";

/** A page as it was captured. */
export interface CapturedPage {
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
  /** When it was captured, ms since 1970 UTC. */
  readonly capturedAtMs: number | undefined;
}

/** A line of the headers of a record is no longer, and the headers of an answer in it all together. */
const MAX_LINE_BYTES = 65_536;
/** A page that was sent in more chunks than these is none: each takes time, whatever is in it. */
const MAX_CHUNKS = 20_000;
const MAX_HEADER_LINES = 500;
const PAGE_TYPE = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;

type Headers = ReadonlyMap<string, string>;

/**
 * The pages of a WARC file (1.0 and 1.1, ISO 28500), one after the other: answers with status 200 and resources that are HTML, up to
 * `maxBytes` each, packed and unpacked; larger ones are passed over. A page that cannot be unpacked is none.
 * @param chunks unpacked: members of gzip one after the other are one stream
 * @throws AppError `bad-input` where the file is no WARC or breaks off; the pages before that have been given out
 */
export async function* readWarc(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<CapturedPage> {
  const reader = new ByteReader(chunks);
  try {
    for (;;) {
      const headers = await readRecordHeaders(reader);
      if (headers === undefined) return;
      const length = Number(headers.get("content-length") ?? Number.NaN);
      if (!Number.isSafeInteger(length) || length < 0)
        throw new AppError("bad-input", "A record of it does not say how long it is.");
      if (!mayBePage(headers) || length > maxBytes + MAX_LINE_BYTES) {
        if (!(await reader.skip(length))) throw brokenOff();
        continue;
      }
      const block = await reader.take(length);
      if (block.length < length) throw brokenOff();
      const page = await toPage(headers, block, maxBytes);
      if (page !== undefined) yield page;
    }
  } finally {
    await reader.close();
  }
}

const brokenOff = (): AppError => new AppError("bad-input", "It breaks off within a record.");

/** Undefined at the end of the file. */
async function readRecordHeaders(reader: ByteReader): Promise<Headers | undefined> {
  let version = await reader.line(MAX_LINE_BYTES);
  // Two empty lines stand between records.
  while (version === "") version = await reader.line(MAX_LINE_BYTES);
  if (version === undefined) return undefined;
  if (!/^WARC\/1\.\d+$/.test(version))
    throw new AppError(
      "bad-input",
      `It is no WARC: where a record should begin stands ${JSON.stringify(version.slice(0, 40))}.`,
    );
  const lines: string[] = [];
  for (let line = await reader.line(MAX_LINE_BYTES); line !== ""; line = await reader.line(MAX_LINE_BYTES)) {
    if (line === undefined || lines.length === MAX_HEADER_LINES) throw brokenOff();
    lines.push(line);
  }
  return toHeaders(lines);
}

/** Names in lower case; of several with one name the first; a line that begins with a blank continues the one before. */
function toHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  let last: string | undefined;
  for (const line of lines) {
    if (/^[ \t]/.test(line)) {
      if (last !== undefined) headers.set(last, `${headers.get(last) ?? ""} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    last = line.slice(0, colon).trim().toLowerCase();
    if (!headers.has(last)) headers.set(last, line.slice(colon + 1).trim());
  }
  return headers;
}

function mayBePage(headers: Headers): boolean {
  const type = headers.get("warc-type");
  if (type === "resource") return PAGE_TYPE.test(headers.get("content-type") ?? "");
  return type === "response" && /^\s*application\/http\b/i.test(headers.get("content-type") ?? "application/http");
}

async function toPage(headers: Headers, block: Buffer, maxBytes: number): Promise<CapturedPage | undefined> {
  // Some writers of 1.0 put it between angle brackets.
  const url = headers.get("warc-target-uri")?.replace(/^<(.*)>$/, "$1");
  if (url === undefined || !/^https?:/i.test(url) || !URL.canParse(url)) return undefined;
  const atMs = Date.parse(headers.get("warc-date") ?? "");
  const about = { url, capturedAtMs: Number.isNaN(atMs) ? undefined : atMs };
  if (headers.get("warc-type") === "resource")
    return { ...about, contentType: headers.get("content-type"), body: block };
  const answer = parseAnswer(block);
  if (answer === undefined || answer.status !== 200) return undefined;
  const contentType = answer.headers.get("content-type");
  if (!PAGE_TYPE.test(contentType ?? "text/html")) return undefined;
  try {
    const encoding = answer.headers.get("content-encoding");
    const body = await readBody(Readable.from([answer.body]), encoding, { maxBytes, url });
    return { ...about, contentType, body };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

interface CapturedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

function parseAnswer(block: Buffer): CapturedAnswer | undefined {
  const crlf = block.indexOf("\r\n\r\n");
  const lf = crlf >= 0 ? -1 : block.indexOf("\n\n");
  const end = crlf >= 0 ? crlf : lf;
  if (end < 0 || end > MAX_LINE_BYTES) return undefined;
  const [first = "", ...lines] = block.toString("latin1", 0, end).split(/\r?\n/);
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(first)?.[1];
  if (status === undefined) return undefined;
  const headers = toHeaders(lines);
  const body = block.subarray(end + (crlf >= 0 ? 4 : 2));
  const isChunked = /\bchunked\b/i.test(headers.get("transfer-encoding") ?? "");
  const whole = isChunked ? joinChunks(body) : body;
  return whole === undefined ? undefined : { status: Number(status), headers, body: whole };
}

/**
 * The bytes of a chunked answer; of one that says so and is not, as some writers leave it, the bytes as they are. Undefined for too many
 * chunks.
 */
function joinChunks(body: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf("\r\n", at);
    const size = end < 0 ? undefined : /^([0-9a-f]{1,8})\s*(?:;.*)?$/i.exec(body.toString("latin1", at, end))?.[1];
    if (size === undefined) return parts.length === 0 ? body : Buffer.concat(parts);
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    if (parts.length === MAX_CHUNKS) return undefined;
    parts.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return Buffer.concat(parts);
}
