import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { App } from "./app.ts";

/** Upper bounds in seconds: from an answer out of memory to one that somebody gave up waiting for. */
export const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

/** Prometheus text format at /metrics: the process and every route's latency. Returns where a server adds its own figures. */
export function addRequestMetrics(app: App): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: "wenxun_http_request_duration_seconds",
    help: "Time from request to reply, by route pattern.",
    labelNames: ["method", "route", "status"],
    buckets: DURATION_BUCKETS_S,
    registers: [registry],
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });
  return registry;
}
