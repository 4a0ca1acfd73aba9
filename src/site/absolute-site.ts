import type { FastifyRequest } from "fastify";
import { type Site, toSitePath } from "../http/site.ts";

/** Host name or address, and port: letters, digits, dots, hyphens, brackets of IPv6. */
const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * The site for files that are read away from it (feeds, descriptions): at the configured address, else at the one that the client itself
 * used, or that a trusted proxy says it used. That one is told to nobody else, and only if it is a host and nothing more.
 */
export function toAbsoluteSite(
  request: Pick<FastifyRequest, "host" | "protocol">,
  publicUrl: string | undefined,
): Site {
  if (publicUrl !== undefined) return { root: new URL(toSitePath(publicUrl), publicUrl).href };
  const protocol = request.protocol === "https" ? "https" : "http";
  return { root: `${protocol}://${HOST.test(request.host) ? request.host : "localhost"}/` };
}
