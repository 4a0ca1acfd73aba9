import type { FastifyReply } from "fastify";
import { toUnit } from "../encoder/unit-vector.ts";
import { AppError } from "../errors.ts";
import { askerOf } from "../http/asker.ts";
import type { ToScript } from "../resources/to-script.ts";
import type { Embedding } from "./embedding.ts";
import type { EmbedRequest, Engine } from "./engine.ts";

/** What the dialects share. */
export interface EncoderContext {
  /** The engine once the encoder is loaded and warm. @throws AppError `unavailable` before, or why it could not be loaded. */
  readonly engine: () => Engine;
  /** The name under which the encoder is served. */
  readonly modelName: () => string;
  readonly toScript: ToScript;
  readonly version: string;
}

/** Embeds for one HTTP request: cancelled when the client goes, counted in the headers of the reply. */
export async function embedForReply(
  context: EncoderContext,
  reply: FastifyReply,
  request: Omit<EmbedRequest, "signal">,
): Promise<Embedding[]> {
  const { signal, client } = askerOf(reply.request);
  const embeddings = await context
    .engine()
    .embed({ ...request, signal, client })
    .catch((error: unknown) => {
      // Nobody reads this reply, and nothing went wrong that the log should tell.
      throw reply.raw.destroyed ? new AppError("unavailable", "The client has gone.") : error;
    });
  let tokens = 0;
  let cut = 0;
  for (const { tokenCount, isCut } of embeddings) {
    tokens += tokenCount;
    if (isCut) cut++;
  }
  reply.header("x-compute-tokens", tokens).header("x-truncated-inputs", cut);
  return embeddings;
}

/** Eight decimals: as fine as a float of that size, at half the digits of a double. */
const DECIMALS = 1e8;

/**
 * The first `dimensions` values of a vector, at norm 1; all 0 where the encoder knew nothing in the text, since the wire has
 * no other word for it.
 */
export function toNumbers({ vector }: Embedding, dimensions: number): number[] {
  const unit = vector === undefined || vector.length === dimensions ? vector : toUnit(vector, dimensions);
  if (unit === undefined) return new Array<number>(dimensions).fill(0);
  return Array.from(unit, (value) => Math.round(value * DECIMALS) / DECIMALS);
}
