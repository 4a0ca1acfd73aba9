import type { FastifyReply, FastifyRequest } from "fastify";

/** How close the hits of a list stand. */
export const DENSITIES = ["comfortable", "compact"] as const;
export type Density = (typeof DENSITIES)[number];

const COOKIE = "wenxun-density";
const YEAR_S = 31_536_000;

const isDensity = (value: unknown): value is Density => (DENSITIES as readonly unknown[]).includes(value);

/** `density=` in the address (then remembered for the site), or what was remembered. */
export function chooseDensity(request: FastifyRequest, reply: FastifyReply, sitePath: string): Density {
  const asked = (request.query as Record<string, unknown> | undefined)?.density;
  if (isDensity(asked)) {
    reply.header("set-cookie", `${COOKIE}=${asked}; Path=${sitePath}; Max-Age=${YEAR_S}; SameSite=Lax; HttpOnly`);
    return asked;
  }
  const remembered = new RegExp(`(?:^|; *)${COOKIE}=([a-z]+)`).exec(request.headers.cookie ?? "")?.[1];
  return isDensity(remembered) ? remembered : "comfortable";
}
