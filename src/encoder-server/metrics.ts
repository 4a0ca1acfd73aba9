import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { App } from "../http/app.ts";
import type { BatchReport, Engine } from "./engine.ts";

const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];
const BATCH_SIZE_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export interface EncoderMetrics {
  readonly onBatch: (report: BatchReport) => void;
}

/** Prometheus text format at /metrics: the process, every route's latency, batches, and what the engine holds. */
export function addMetrics(app: App, peek: () => Engine | undefined): EncoderMetrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry });

  const requests = new Histogram({
    name: "wenxun_http_request_duration_seconds",
    help: "Time from request to reply, by route pattern.",
    labelNames: ["method", "route", "status"],
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });

  const batchSize = new Histogram({
    name: "wenxun_encoder_batch_texts",
    help: "Texts (or windows of texts) in a batch.",
    buckets: BATCH_SIZE_BUCKETS,
    registers,
  });
  const batchDuration = new Histogram({
    name: "wenxun_encoder_batch_duration_seconds",
    help: "Time one batch took in the encoder.",
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  const tokens = new Counter({
    name: "wenxun_encoder_tokens_total",
    help: "Tokens encoded; kind=padding was spent on making a batch rectangular.",
    labelNames: ["kind"],
    registers,
  });

  const gauge = (name: string, help: string, read: (engine: Engine) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const engine = peek();
        if (engine !== undefined) this.set(read(engine));
      },
    });
  };
  gauge("wenxun_encoder_held_texts", "Texts accepted and not yet answered.", ({ state }) => state.heldInputs);
  gauge("wenxun_encoder_held_tokens", "Tokens accepted and not yet answered.", ({ state }) => state.heldTokens);
  gauge("wenxun_encoder_cache_bytes", "Memory of the query cache.", ({ cache }) => cache.bytes);
  gauge(
    "wenxun_encoder_cache_hits",
    "Queries answered from the cache or by a running twin.",
    ({ state }) => state.cacheHits,
  );

  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });

  return {
    onBatch: ({ texts, tokens: read, paddedTokens, elapsedMs }) => {
      batchSize.observe(texts);
      batchDuration.observe(elapsedMs / 1000);
      tokens.inc({ kind: "text" }, read);
      tokens.inc({ kind: "padding" }, paddedTokens - read);
    },
  };
}
