import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import { askerOf } from "./asker.ts";

export interface UnderWayLimits {
  /** Answers of one client at the same time. */
  readonly perClient: number;
  /** Answers at the same time. */
  readonly total: number;
}

const RETRY_AFTER_S = 5;

/**
 * Bounds how many answers of a kind are under way, for those that take long or much: an export is dozens of searches.
 * @returns to be called when such an answer is begun; it counts until it has left. @throws AppError `overloaded`
 */
export function limitUnderWay(
  what: string,
  { perClient, total }: UnderWayLimits,
): (request: FastifyRequest, reply: FastifyReply) => void {
  const counts = new Map<string, number>();
  let all = 0;
  return (request, reply) => {
    const { client } = askerOf(request);
    const own = counts.get(client) ?? 0;
    if (own >= perClient || all >= total) {
      const whose = own >= perClient ? `${own} of yours` : `${all}`;
      throw new AppError(
        "overloaded",
        `Too many ${what} at a time: ${whose} are under way. Try again when one is done.`,
        {
          retryAfterS: RETRY_AFTER_S,
        },
      );
    }
    counts.set(client, own + 1);
    all++;
    reply.raw.once("close", () => {
      const left = (counts.get(client) ?? 1) - 1;
      if (left === 0) counts.delete(client);
      else counts.set(client, left);
      all--;
    });
  };
}
