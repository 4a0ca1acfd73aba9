import type { Article } from "../archive/article.ts";
import { AppError, isSystemError } from "../errors.ts";
import type { JsonLimits } from "../text/json-size.ts";
import { TimeSlices } from "../threads/time-slices.ts";
import type { ArticleMapper } from "./article.ts";
import type { FieldMap } from "./fields.ts";
import { openBytes } from "./input.ts";
import { readOpened } from "./reader.ts";
import { REQUEST_REMEDIES } from "./remedies.ts";
import { withSample } from "./sample.ts";

export interface ReadArticles {
  readonly articles: readonly Article[];
  /** Records that are no articles; `index` counts records from 0 in the order of the body. */
  readonly rejections: readonly { readonly index: number; readonly reason: string }[];
}

export interface BodyOptions {
  readonly mapper: ArticleMapper;
  /** As `parseEncoding` names it, from the header; undefined: UTF-8, or what a mark says. */
  readonly encoding?: string | undefined;
  readonly fields?: FieldMap;
  /** What a body may hold, once it is unpacked. */
  readonly maxBytes: number;
}

/** Records of one request; articles of a usual length fill the largest body long before. */
const MAX_RECORDS = 50_000;

/** From so many records on none of which is an article, the others are none either. */
const MAX_USELESS_RECORDS = 1_000;

/** What one record may hold: no article has a thousandth of it. */
const RECORD_LIMITS: JsonLimits = { maxValues: 50_000, maxDepth: 200 };

/** Bytes that are read in one go. */
const PIECE_BYTES = 4 * 1024;

/** How long reading may hold the thread before others get their turn. */
const SLICE_MS = 4;

/**
 * The articles of a request's body, read as it comes: JSON in any layout that import reads, by the same rules. No more of it stands in
 * memory than the record at hand and what was made of those before.
 * @throws AppError `invalid-request` for what is no JSON, or nothing; `bad-input` for another encoding, `payload-too-large`.
 */
export async function readArticles(body: AsyncIterable<Buffer>, options: BodyOptions): Promise<ReadArticles> {
  const articles: Article[] = [];
  const rejections: { index: number; reason: string }[] = [];
  let unreadable = 0;
  let index = 0;
  const { mapper, encoding, fields, maxBytes } = options;
  const slices = new TimeSlices(SLICE_MS);
  const opened = await openBytes("The body", body, { encoding, remedies: REQUEST_REMEDIES });
  const input = { ...opened, chunks: inPieces(unpacked(opened.chunks), { maxBytes, slices }) };
  const stream = readOpened(input, "body.json", {
    format: "json",
    fields,
    limits: RECORD_LIMITS,
    remedies: REQUEST_REMEDIES,
  });
  const learned = withSample(stream, async (sample) => {
    mapper.learn(sample.records.flatMap(({ problem, value }) => (problem === undefined ? [value] : [])));
    return true;
  });
  for await (const records of learned) {
    for (const record of records) {
      if (index >= MAX_RECORDS) {
        throw new AppError(
          "payload-too-large",
          `The body holds more than ${MAX_RECORDS} records, more than are taken at once; send several requests.`,
        );
      }
      if (slices.isOver) await slices.next();
      const mapped = record.problem === undefined ? mapper(record.value) : { problem: record.problem };
      if (record.problem !== undefined) unreadable++;
      if ("problem" in mapped) rejections.push({ index, reason: mapped.problem });
      else articles.push(mapped.article);
      index++;
      if (articles.length === 0 && rejections.length >= MAX_USELESS_RECORDS) {
        throw new AppError("bad-input", `None of the first ${index} records can be used: ${rejections[0]?.reason}.`);
      }
    }
  }
  if (unreadable > 0 && unreadable === index) {
    throw new AppError("invalid-request", `The body ${rejections[0]?.reason ?? "is no JSON"}.`);
  }
  return { articles, rejections };
}

/** A body may be gzipped, whether its header says so or not; one that is damaged is worded for whoever sent it. */
async function* unpacked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    const cause = error instanceof AppError ? error.cause : undefined;
    if (!isSystemError(cause) || cause.code?.startsWith("Z_") !== true) throw error;
    throw new AppError("invalid-request", "The body is damaged gzip; send it again.", { cause });
  }
}

/** A piece at a time: what is made of one is done with before the next, and others have their turn between them. */
async function* inPieces(
  chunks: AsyncIterable<Buffer>,
  { maxBytes, slices }: { readonly maxBytes: number; readonly slices: TimeSlices },
): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const chunk of chunks) {
    read += chunk.length;
    if (read > maxBytes) {
      throw new AppError("payload-too-large", "The body is larger than the server takes; send less at once.");
    }
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      if (slices.isOver) await slices.next();
      yield chunk.subarray(start, start + PIECE_BYTES);
    }
  }
  if (read === 0) throw new AppError("invalid-request", "The body is empty; send articles as JSON.");
}
