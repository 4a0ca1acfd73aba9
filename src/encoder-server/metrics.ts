import type { App } from "../http/app.ts";
import { Histogram } from "../http/histogram.ts";
import { addRequestMetrics, DURATION_BOUNDS_S, type MetricsKit } from "../http/request-metrics.ts";
import type { BatchReport } from "./batch-runner.ts";
import type { Engine } from "./engine.ts";

const BATCH_SIZE_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export interface EncoderMetrics {
  readonly onBatch: (report: BatchReport) => void;
}

/** Tokens encoded since the start, by what they were. */
interface TokenCounts {
  text: number;
  padding: number;
}

/** What the server tells Prometheus beside its requests: batches, and what the engine holds. */
export function addMetrics(app: App, peek: () => Engine | undefined): EncoderMetrics {
  const batchSize = new Histogram({
    name: "wenxun_encoder_batch_texts",
    help: "Texts (or windows of texts) in a batch.",
    bounds: BATCH_SIZE_BOUNDS,
  });
  const batchDuration = new Histogram({
    name: "wenxun_encoder_batch_duration_seconds",
    help: "Time one batch took in the encoder.",
    bounds: DURATION_BOUNDS_S,
  });
  const tokens: TokenCounts = { text: 0, padding: 0 };
  addRequestMetrics(app, {
    histograms: [batchSize, batchDuration],
    define: (kit) => defineFigures(kit, tokens, peek),
  });
  return {
    onBatch: ({ texts, tokens: read, paddedTokens, elapsedMs }) => {
      batchSize.observe(texts);
      batchDuration.observe(elapsedMs / 1000);
      tokens.text += read;
      tokens.padding += paddedTokens - read;
    },
  };
}

function defineFigures({ Counter, Gauge, registers }: MetricsKit, tokens: TokenCounts, peek: () => Engine | undefined) {
  new Counter({
    name: "wenxun_encoder_tokens_total",
    help: "Tokens encoded; kind=padding was spent on making a batch rectangular.",
    labelNames: ["kind"],
    registers,
    collect() {
      this.reset();
      for (const [kind, count] of Object.entries(tokens)) this.inc({ kind }, count);
    },
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
}
