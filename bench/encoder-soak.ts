/**
 * Many mixed requests against `wenxun encoder-server`: every status but 200 and 429 is a failure, memory must stay flat, and
 * short queries must not wait for long texts.
 *
 *     node bench/encoder-soak.ts [--requests 100000] [--concurrency 64] [--encoder builtin] [--seed 1]
 *
 * Lengths are spread evenly over the powers of two from 1 to 8,000 characters; one request in eight is a batch. The report
 * is JSON on standard output.
 */
import { once } from "node:events";
import { Agent, request } from "node:http";
import { parseArgs } from "node:util";
import { MemorySampler } from "./million/memory.ts";
import { createRandom } from "./million/random.ts";
import { fitLine, percentiles, round } from "./million/statistics.ts";
import { startWenxun } from "./million/wenxun-process.ts";

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
const { next: random } = createRandom(Number(values.seed));

const MAX_LENGTH = 8000;
const MAX_BATCH = 16;
/** A short query, for the latencies that are reported apart. */
const SHORT = 32;

const { url, pid, stop } = await startServer();
const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
const statuses: Record<string, number> = {};
const shortMs: number[] = [];
const longMs: number[] = [];
const sampler = new MemorySampler(pid);
const startedAt = performance.now();
let started = 0;
let characters = 0;
try {
  await Promise.all(Array.from({ length: concurrency }, work));
} finally {
  sampler.stop();
  agent.destroy();
  await stop();
}
const seconds = (performance.now() - startedAt) / 1000;
const { samples, last, peak } = sampler.stop();
const secondHalf = samples.slice(samples.length >> 1);
const report = {
  encoder: values.encoder,
  requests: total,
  concurrency,
  seconds: round(seconds, 2),
  requestsPerSecond: round(total / seconds, 2),
  millionCharacters: round(characters / 1e6, 2),
  statuses,
  shortQueryMs: percentiles(shortMs),
  otherMs: percentiles(longMs),
  residentMb: {
    first: samples[0]?.total,
    peak,
    last: last?.total,
    slopeOfSecondHalfPerMinute: round(60 * fitLine(secondHalf.map(({ seconds, total }) => [seconds, total])).slope, 2),
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
  const queue = values["queue-tokens"] === undefined ? [] : ["--queue-tokens", values["queue-tokens"]];
  const child = startWenxun([
    ...["encoder-server", "--port", "0", "--model-name", "soak", "--encoder", values.encoder],
    ...queue,
  ]);
  const exited = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      const found = /http:\/\/[^/\s]+/.exec(chunk.toString())?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error("the server ended at once")));
  });
  const stop = async () => {
    child.kill();
    await exited;
  };
  return { url, pid: child.pid, stop };
}
