/**
 * Many mixed requests against `wenxun encoder-server`: every status but 200 and 429 is a failure, memory must stay flat, and
 * short queries must not wait for long texts.
 *
 *     node bench/encoder-soak.ts [--requests 100000] [--concurrency 64] [--encoder builtin] [--seed 1]
 *
 * Lengths are spread evenly over the powers of two from 1 to 8,000 characters; one request in eight is a batch. The report
 * is JSON on standard output.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    concurrency: { type: "string", default: "64" },
    encoder: { type: "string", default: "builtin" },
    seed: { type: "string", default: "1" },
    "queue-tokens": { type: "string" },
  },
});
const total = Number(values.requests);
const concurrency = Number(values.concurrency);
const random = createRandom(Number(values.seed));

const MAX_LENGTH = 8000;
const MAX_BATCH = 16;
/** A short query, for the latencies that are reported apart. */
const SHORT = 32;
const SAMPLE_EVERY_MS = 500;

const { url, pid, stop } = await startServer();
const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
const statuses: Record<string, number> = {};
const shortMs: number[] = [];
const longMs: number[] = [];
const residentMb: number[] = [];
const sampler = setInterval(() => residentMb.push(readResidentMb(pid)), SAMPLE_EVERY_MS);
const startedAt = performance.now();
let started = 0;
let characters = 0;
try {
  await Promise.all(Array.from({ length: concurrency }, work));
} finally {
  clearInterval(sampler);
  agent.destroy();
  await stop();
}
const seconds = (performance.now() - startedAt) / 1000;
const secondHalf = residentMb.slice(residentMb.length >> 1);
const report = {
  encoder: values.encoder,
  requests: total,
  concurrency,
  seconds: round(seconds),
  requestsPerSecond: round(total / seconds),
  millionCharacters: round(characters / 1e6),
  statuses,
  shortQueryMs: percentiles(shortMs),
  otherMs: percentiles(longMs),
  residentMb: {
    first: residentMb[0],
    max: Math.max(...residentMb),
    last: residentMb.at(-1),
    slopeOfSecondHalfPerMinute: round(slope(secondHalf) * (60_000 / SAMPLE_EVERY_MS)),
  },
};
console.log(JSON.stringify(report, undefined, 2));
const failures = Object.entries(statuses).filter(([status]) => status !== "200" && status !== "429");
if (failures.length > 0) process.exitCode = 1;

async function work(): Promise<void> {
  while (started < total) {
    started++;
    const texts = random() < 1 / 8 ? Array.from({ length: 1 + Math.floor(random() * MAX_BATCH) }, textOf) : [textOf()];
    for (const text of texts) characters += text.length;
    const [first = ""] = texts;
    const pick = random();
    const [path, body] =
      pick < 0.4
        ? ["/embed", { inputs: texts, truncate: true }]
        : pick < 0.8
          ? ["/v1/embeddings", { model: "soak", input: texts, encoding_format: "base64", overflow: "average" }]
          : ["/batch", { text_batch: texts, t2s: pick < 0.85 }];
    const before = performance.now();
    const status = await send(path, body).catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
    const elapsedMs = performance.now() - before;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status !== "200") continue;
    if (texts.length === 1 && first.length <= SHORT) shortMs.push(elapsedMs);
    else longMs.push(elapsedMs);
  }
}

function textOf(): string {
  const length = Math.floor(2 ** (random() * Math.log2(MAX_LENGTH)));
  let text = "";
  // Common characters, with a Latin word now and then.
  while (text.length < length)
    text += random() < 0.05 ? " news" : String.fromCharCode(0x4e00 + Math.floor(random() ** 2 * 6000));
  return text.slice(0, length);
}

function send(path: string, body: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const payload = Buffer.from(JSON.stringify(body));
    const headers = { "content-type": "application/json", "content-length": payload.length };
    const call = request(`${url}${path}`, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.once("end", () => resolve(String(response.statusCode)));
      response.once("error", reject);
    });
    call.once("error", reject);
    call.end(payload);
  });
}

async function startServer() {
  const root = join(import.meta.dirname, "..");
  const queue = values["queue-tokens"] === undefined ? [] : ["--queue-tokens", values["queue-tokens"]];
  const args = [
    "bin/wenxun.mjs",
    "encoder-server",
    "--port",
    "0",
    "--model-name",
    "soak",
    "--encoder",
    values.encoder,
    ...queue,
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      const found = /http:\/\/[^/\s]+/.exec(chunk.toString())?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error("the server ended at once")));
  });
  const stop = async () => {
    child.kill();
    await exited;
  };
  return { url, pid: child.pid ?? 0, stop };
}

/** Linux only; NaN elsewhere. */
function readResidentMb(pid: number): number {
  try {
    const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Math.round(Number(kb) / 1024);
  } catch {
    // The process has gone, or there is no /proc.
    return NaN;
  }
}

function percentiles(samples: number[]) {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (part: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN);
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** Of the straight line that fits best, per sample. */
function slope(samples: readonly number[]): number {
  const meanX = (samples.length - 1) / 2;
  const meanY = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  let [above, below] = [0, 0];
  samples.forEach((value, x) => {
    above += (x - meanX) * (value - meanY);
    below += (x - meanX) ** 2;
  });
  return above / below;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The same numbers for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
