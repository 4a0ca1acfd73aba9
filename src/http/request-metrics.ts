import type { Registry } from "prom-client";
import type { App } from "./app.ts";
import { Histogram } from "./histogram.ts";

/** Upper bounds in seconds: from an answer out of memory to one that somebody gave up waiting for. */
export const DURATION_BOUNDS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

/** What metrics are made of, loaded once somebody asks for them. */
export interface MetricsKit extends Pick<typeof import("prom-client"), "Counter" | "Gauge"> {
  /** Where they are registered. */
  readonly registers: Registry[];
}

export interface MetricsOptions {
  /** Adds a server's own figures; called with the first request for them. */
  readonly define: (kit: MetricsKit) => void;
  readonly histograms?: readonly Histogram[];
}

/** Prometheus text format at /metrics: the process, every route's latency, and the server's own figures. */
export function addRequestMetrics(app: App, { define, histograms = [] }: MetricsOptions): void {
  const durations = new Histogram({
    name: "wenxun_http_request_duration_seconds",
    help: "Time from request to reply, by route pattern.",
    bounds: DURATION_BOUNDS_S,
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    durations.observe(reply.elapsedTime / 1000, { method: request.method, route, status: reply.statusCode });
  });
  let loading: Promise<Registry> | undefined;
  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) => {
    loading ??= loadRegistry(define);
    const registry = await loading;
    const texts = [await registry.metrics(), ...[durations, ...histograms].map((histogram) => histogram.toText())];
    return reply.type(registry.contentType).send(texts.join("\n"));
  });
}

async function loadRegistry(define: MetricsOptions["define"]): Promise<Registry> {
  const { collectDefaultMetrics, Counter, Gauge, Registry } = await import("prom-client");
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  define({ Counter, Gauge, registers: [registry] });
  return registry;
}
