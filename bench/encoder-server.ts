/**
 * How fast and how large embedding servers are, one after the other in one run: wenxun's with the built-in encoder and with a
 * model of the shape of bge-small-zh, and the peers that are installed.
 *
 *     node bench/encoder-server.ts --model FOLDER [--seconds 3] [--only PART-OF-NAME]
 *         [--python PYTHON] [--infinity INFINITY_EMB] [--transformers-js FOLDER-WHERE-IT-IS-INSTALLED]
 *
 * FOLDER is made by encoder-peers/make-bge-shaped.py; PYTHON has sentence-transformers, fastembed, fastapi and uvicorn.
 * Texts are made of random characters, none twice, so that no cache helps. CPU is that of the server alone, so it can be compared on
 * a busy machine. Needs Linux.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    seconds: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    python: { type: "string" },
    infinity: { type: "string" },
    "transformers-js": { type: "string" },
  },
});

const here = import.meta.dirname;
const seconds = Number(values.seconds);
const PORT = 18_700;
/** Tokens as they are called here, and characters: [CLS] and [SEP] make two more tokens. */
const LENGTHS = [
  ["short", 12],
  ["128", 126],
  ["512", 510],
] as const;
const BATCHES = [1, 8, 32];
const CONCURRENCIES = [1, 8, 64];
/** Cells with more tokens under way than this take minutes and show nothing new. */
const MAX_TOKENS_UNDER_WAY = 17_000;
const START_TIMEOUT_MS = 120_000;
const CLOCK_TICKS_PER_S = 100;

interface Target {
  readonly name: string;
  readonly command: readonly string[];
  readonly workingFolder?: string;
  readonly path: string;
  readonly body: (texts: readonly string[]) => unknown;
}

const tei = (texts: readonly string[]) => ({ inputs: texts, truncate: true });

function wenxun(name: string, encoder: string): Target {
  const command = [process.execPath, "bin/wenxun.mjs", "encoder-server", "--port", String(PORT), "--encoder", encoder];
  return { name, command: [...command, "--cache", "0"], workingFolder: join(here, ".."), path: "/embed", body: tei };
}

const targets: Target[] = [wenxun("wenxun, built in", "builtin")];
const { model, python, infinity } = values;
if (model !== undefined) {
  targets.push(wenxun("wenxun, bge-shaped float32", `onnx:${model}?query-prompt=`));
  targets.push(wenxun("wenxun, bge-shaped int8", `onnx:${model}?file=onnx/model_int8.onnx`));
  const transformersJs = values["transformers-js"];
  if (transformersJs !== undefined) {
    const command = [process.execPath, join(here, "encoder-peers/transformers-js.mjs"), model, String(PORT)];
    targets.push({
      name: "transformers.js, bare server",
      command,
      workingFolder: transformersJs,
      path: "/",
      body: tei,
    });
  }
  for (const kind of python === undefined ? [] : ["sentence-transformers", "fastembed"]) {
    const command = [python ?? "", join(here, "encoder-peers/fastapi_server.py"), kind, model, String(PORT)];
    targets.push({ name: `${kind}, FastAPI`, command, path: "/embed", body: tei });
  }
  if (infinity !== undefined) {
    const options = [
      "--model-id",
      model,
      "--served-model-name",
      "m",
      "--engine",
      "torch",
      "--device",
      "cpu",
      "--no-bettertransformer",
    ];
    targets.push({
      name: "infinity, torch",
      command: [infinity, "v2", ...options, "--port", String(PORT), "--no-model-warmup"],
      path: "/embeddings",
      body: (texts) => ({ model: "m", input: texts }),
    });
  }
}

for (const target of targets) if (target.name.includes(values.only)) await measure(target);

async function measure(target: Target): Promise<void> {
  const [file = "", ...args] = target.command;
  const startedAt = performance.now();
  const child = spawn(file, args, {
    cwd: target.workingFolder,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, HF_HUB_OFFLINE: "1", TOKENIZERS_PARALLELISM: "false", DO_NOT_TRACK: "1" },
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2000);
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const pid = child.pid ?? 0;
  try {
    await untilReady(target, child);
    const startMs = performance.now() - startedAt;
    const idleMb = readStatusMb(pid, "VmRSS");
    console.log(`\n## ${target.name}\n\nready after ${(startMs / 1000).toFixed(1)} s, ${idleMb} MB resident\n`);
    console.log("| tokens | batch | concurrency | texts/s | tokens/s | p50 ms | p99 ms | CPU ms/text | resident MB |");
    console.log("|---|---|---|---|---|---|---|---|---|");
    for (const [label, length] of LENGTHS) {
      for (const batch of BATCHES) {
        for (const concurrency of CONCURRENCIES) {
          if (length * batch * concurrency > MAX_TOKENS_UNDER_WAY) continue;
          const cell = await measureCell(target, pid, { length, batch, concurrency });
          console.log(`| ${label} | ${batch} | ${concurrency} | ${cell} |`);
        }
      }
    }
    console.log(`\nlargest: ${readStatusMb(pid, "VmHWM")} MB resident`);
  } catch (error) {
    console.log(`\n## ${target.name}\n\nnot measured: ${error instanceof Error ? error.message : error}\n${errors}`);
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
}

async function untilReady(target: Target, child: ReturnType<typeof spawn>): Promise<void> {
  const agent = new Agent();
  for (const until = performance.now() + START_TIMEOUT_MS; performance.now() < until; await delay(100)) {
    if (child.exitCode !== null) throw new Error("it ended at once");
    const status = await send(agent, target, [textOf(12)]).catch(() => 0);
    if (status === 200) return;
  }
  throw new Error("it did not become ready");
}

interface Cell {
  readonly length: number;
  readonly batch: number;
  readonly concurrency: number;
}

async function measureCell(target: Target, pid: number, { length, batch, concurrency }: Cell): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const latenciesMs: number[] = [];
  const makeTexts = () => Array.from({ length: batch }, () => textOf(length));
  await send(agent, target, makeTexts());
  const cpuBefore = readCpuMs(pid);
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const work = async () => {
    do {
      const texts = makeTexts();
      const before = performance.now();
      const status = await send(agent, target, texts);
      if (status !== 200) throw new Error(`status ${status}`);
      latenciesMs.push(performance.now() - before);
    } while (performance.now() < until);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const elapsedS = (performance.now() - startedAt) / 1000;
  const cpuMs = readCpuMs(pid) - cpuBefore;
  agent.destroy();
  const texts = latenciesMs.length * batch;
  latenciesMs.sort((a, b) => a - b);
  const at = (part: number) =>
    (latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(part * latenciesMs.length))] ?? NaN).toFixed(1);
  const tokens = texts * (length + 2);
  const columns = [texts / elapsedS, tokens / elapsedS].map((value) => value.toFixed(0));
  return [...columns, at(0.5), at(0.99), (cpuMs / texts).toFixed(2), readStatusMb(pid, "VmRSS")].join(" | ");
}

function send(agent: Agent, { path, body }: Target, texts: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const payload = Buffer.from(JSON.stringify(body(texts)));
    const headers = { "content-type": "application/json", "content-length": payload.length };
    const call = request({ host: "127.0.0.1", port: PORT, path, method: "POST", agent, headers }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    call.once("error", reject);
    call.end(payload);
  });
}

function textOf(length: number): string {
  const units = Uint16Array.from({ length }, () => 0x4e00 + Math.floor(Math.random() * 6000));
  return String.fromCharCode(...units);
}

function readStatusMb(pid: number, field: "VmRSS" | "VmHWM"): number {
  const kb = new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kb) / 1024);
}

/** User and system time of all threads. */
function readCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / CLOCK_TICKS_PER_S;
}
