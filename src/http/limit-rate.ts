import fastifyRateLimit from "@fastify/rate-limit";
import type { FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import type { App } from "./app.ts";
import { isLoopback, toClientKey } from "./client-key.ts";

export interface RateOptions {
  /** Requests of one client in a minute. Default {@link REQUESTS_PER_MINUTE}, and none for programs on this machine. */
  readonly perMinute?: number | undefined;
  /** Names a client that has shown who it is; undefined: it goes by its address. */
  readonly nameClient?: ((request: FastifyRequest) => string | undefined) | undefined;
}

/** Twenty a second: a page with all that it loads takes about ten. */
const REQUESTS_PER_MINUTE = 1200;

/** Clients that are remembered; those that asked least recently are forgotten first. */
const MAX_CLIENTS = 10_000;

/** What those ask who watch the server, as often as they like. */
const UNLIMITED: ReadonlySet<string | undefined> = new Set(["/livez", "/readyz", "/health"]);

/** Refuses the requests of a client that asks too often (429), and tells each in `ratelimit-…` headers how many it has left. */
export async function limitRate(app: App, { perMinute, nameClient }: RateOptions): Promise<void> {
  await app.register(fastifyRateLimit, {
    max: perMinute ?? REQUESTS_PER_MINUTE,
    timeWindow: "1 minute",
    cache: MAX_CLIENTS,
    enableDraftSpec: true,
    keyGenerator: (request) => nameClient?.(request) ?? toClientKey(request.ip),
    allowList: ({ ip, routeOptions }) => UNLIMITED.has(routeOptions.url) || (perMinute === undefined && isLoopback(ip)),
    errorResponseBuilder: (_request, { max, ttl }) =>
      new AppError("overloaded", `You have asked ${max} times within a minute, which is as often as one may.`, {
        retryAfterS: Math.max(1, Math.ceil(ttl / 1000)),
        remedy: { code: "set-option", option: "rate-limit", does: "allows more" },
      }),
  });
}
