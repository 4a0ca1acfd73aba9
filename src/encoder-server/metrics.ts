import { Counter, Gauge, Histogram } from "prom-client";
import type { App } from "../http/app.ts";
import { addRequestMetrics, DURATION_BUCKETS_S } from "../http/request-metrics.ts";
import type { BatchReport } from "./batch-runner.ts";
import type { Engine } from "./engine.ts";

const BATCH_SIZE_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export interface EncoderMetrics {
  readonly onBatch: (report: BatchReport) => void;
}

/** What the server tells Prometheus beside its requests: batches, and what the engine holds. */
export function addMetrics(app: App, peek: () => Engine | undefined): EncoderMetrics {
  const registers = [addRequestMetrics(app)];

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
  gauge("wenxun_encoder_cache_bytes", "Memory of the query cache.", ({ cache }) => cache.weight);
  gauge(
    "wenxun_encoder_cache_hits",
    "Queries answered from the cache or by a running twin.",
    ({ state }) => state.cacheHits,
  );

  return {
    onBatch: ({ texts, tokens: read, paddedTokens, elapsedMs }) => {
      batchSize.observe(texts);
      batchDuration.observe(elapsedMs / 1000);
      tokens.inc({ kind: "text" }, read);
      tokens.inc({ kind: "padding" }, paddedTokens - read);
    },
  };
}
