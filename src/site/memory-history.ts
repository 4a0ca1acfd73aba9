import type { App } from "../api/context.ts";

export interface MemorySample {
  readonly atMs: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
}

/** A sample every ten seconds, of the last hour. */
const INTERVAL_MS = 10_000;
const MAX_SAMPLES = 360;

/** What the process has used lately; watching ends with the server. */
export function watchMemory(app: App): () => readonly MemorySample[] {
  const samples: MemorySample[] = [];
  const sample = (): void => {
    const { rss, heapUsed } = process.memoryUsage();
    samples.push({ atMs: Date.now(), rssBytes: rss, heapUsedBytes: heapUsed });
    if (samples.length > MAX_SAMPLES) samples.shift();
  };
  sample();
  const timer = setInterval(sample, INTERVAL_MS);
  timer.unref();
  app.addHook("onClose", async () => clearInterval(timer));
  return () => {
    sample();
    return samples;
  };
}
