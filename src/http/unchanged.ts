import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";

/** What a reply depends on beside its address; undefined where that cannot be known beforehand. */
export type ReadState = (request: FastifyRequest, reply: FastifyReply) => Promise<readonly string[] | undefined>;

/** Hooks of a route. */
export interface UnchangedHooks {
  preHandler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
  onSend(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

const tags = new WeakMap<FastifyRequest, string>();

/**
 * Names each reply of a route by what it depends on (`ETag`), and answers whoever has it already (`If-None-Match`) with 304, before
 * anything is searched or read. What is told from one state and sent from a later one has the name of the earlier: it is sent once more,
 * and never kept too long.
 */
export const tellUnchanged = (readState: ReadState): UnchangedHooks => ({
  async preHandler(request, reply) {
    const state = await readState(request, reply);
    if (state === undefined) return undefined;
    const tag = toTag([request.url, ...state]);
    tags.set(request, tag);
    const asked = request.headers["if-none-match"];
    return asked !== undefined && holds(asked, tag) ? reply.status(304).send() : undefined;
  },
  async onSend(request, reply) {
    const tag = tags.get(request);
    if (tag === undefined || (reply.statusCode !== 200 && reply.statusCode !== 304)) return;
    reply.header("etag", tag);
    // Whoever asked by a token may have been given what strangers are not; a route may have said something narrower.
    const isPersonal = request.headers.authorization !== undefined || request.headers.cookie !== undefined;
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", isPersonal ? "private, no-cache" : "no-cache");
  },
});

/** For a reply that is true for the moment alone: it gets no name, and nobody keeps it. */
export function keepNot(request: FastifyRequest, reply: FastifyReply): void {
  tags.delete(request);
  reply.header("cache-control", "no-store");
}

/** A weak one: how long a search took differs from reply to reply. */
const toTag = (parts: readonly string[]): string =>
  `W/"${createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22)}"`;

/** Whether a list of names holds this one, strong or weak (RFC 9110, weak comparison). */
const holds = (list: string, tag: string): boolean =>
  list.split(",").some((one) => one.trim().replace(/^W\//, "") === tag.slice(2));
