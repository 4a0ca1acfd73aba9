import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { TimeSlices } from "../threads/time-slices.ts";

/** How long writing numbers may hold the thread. */
const SLICE_MS = 8;
/** What is sent at once, in UTF-16 units. */
const PIECE_UNITS = 64 * 2 ** 10;

/** JSON with a long list in it. */
export interface ListInJson<T> {
  readonly before: string;
  readonly items: readonly T[];
  /** The JSON of one item. */
  readonly toJson: (item: T, index: number) => string;
  readonly after: string;
}

/**
 * Answers with JSON that is written while it is sent: two thousand vectors are five megabytes of digits, which made at once would keep everybody
 * else waiting for a fifth of a second. What fits into one piece goes out whole, with its length.
 */
export async function sendInPieces<T>(reply: FastifyReply, list: ListInJson<T>): Promise<FastifyReply> {
  const pieces = writePieces(list);
  const first = await pieces.next();
  reply.type("application/json; charset=utf-8");
  const { done, value: second } = await pieces.next();
  if (done === true) return reply.send(first.value);
  return reply.send(Readable.from(following([first.value ?? "", second], pieces), { objectMode: false }));
}

async function* following(begun: readonly string[], rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield* begun;
  yield* rest;
}

/** At least one piece. */
async function* writePieces<T>({ before, items, toJson, after }: ListInJson<T>): AsyncGenerator<string, undefined> {
  const slices = new TimeSlices(SLICE_MS);
  let piece = before;
  for (const [index, item] of items.entries()) {
    if (index > 0) piece += ",";
    piece += toJson(item, index);
    if (piece.length >= PIECE_UNITS) {
      yield piece;
      piece = "";
    }
    if (slices.isOver) await slices.next();
  }
  yield piece + after;
}
