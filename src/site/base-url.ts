import type { FastifyRequest } from "fastify";

/** Host name or address, and port: letters, digits, dots, hyphens, brackets of IPv6. */
const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * Where this server is, for files that are read away from it (feeds, descriptions): the configured address, else the one that
 * the client itself used. That one is told to nobody else, and only if it is a host and nothing more.
 */
export function toBaseUrl(request: FastifyRequest, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, "");
  const host = request.headers.host ?? "";
  return `http://${HOST.test(host) ? host : "localhost"}`;
}
