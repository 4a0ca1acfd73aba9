import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Article } from "../archive/article.ts";
import { AppError, isSystemError } from "../errors.ts";
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
  /** What an unpacked body may hold. */
  readonly maxBytes: number;
}

/** Records of one request; articles of a usual length fill the largest body long before. */
const MAX_RECORDS = 50_000;

const CHUNK_BYTES = 64 * 1024;

/**
 * The articles of a request's body: JSON in any layout that import reads, by the same rules.
 * @throws AppError `invalid-request` for what is no JSON, `bad-input` for another encoding, `payload-too-large`.
 */
export async function readArticles(body: Buffer, options: BodyOptions): Promise<ReadArticles> {
  const bytes = await unpack(body, options.maxBytes);
  const articles: Article[] = [];
  const rejections: { index: number; reason: string }[] = [];
  let unreadable = 0;
  let index = 0;
  const { mapper, encoding, fields } = options;
  const input = await openBytes("The body", inChunks(bytes), { encoding, remedies: REQUEST_REMEDIES });
  const stream = readOpened(input, "body.json", { format: "json", fields, remedies: REQUEST_REMEDIES });
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
      const mapped = record.problem === undefined ? mapper(record.value) : { problem: record.problem };
      if (record.problem !== undefined) unreadable++;
      if ("problem" in mapped) rejections.push({ index, reason: mapped.problem });
      else articles.push(mapped.article);
      index++;
    }
  }
  if (unreadable > 0 && unreadable === index) {
    throw new AppError("invalid-request", `The body ${rejections[0]?.reason ?? "is no JSON"}.`);
  }
  return { articles, rejections };
}

/** A piece at a time: what is made of one is done with before the next, and others have their turn between them. */
async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    if (start > 0) await nextTurn();
    yield bytes.subarray(start, start + CHUNK_BYTES);
  }
}

/** A body may be gzipped, whether its header says so or not. */
async function unpack(body: Buffer, maxBytes: number): Promise<Buffer> {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return await promisify(gunzip)(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (isSystemError(cause, "ERR_BUFFER_TOO_LARGE")) {
      throw new AppError(
        "payload-too-large",
        "The body is larger than the server takes once it is unpacked; send less at once.",
      );
    }
    throw new AppError("invalid-request", "The body is damaged gzip; send it again.", { cause });
  }
}
