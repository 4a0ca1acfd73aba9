import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { MemorySampler, type SampledMemory } from "./memory.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const READY_LIMIT_MS = 120_000;
const HOST = "127.0.0.1";

export interface WenxunServer {
  readonly pid: number;
  readonly url: string;
  /** From starting the process until /readyz says yes. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Runs the command line as users do. Standard error is passed on. @param program a checkout or an installed package; default: this one */
export function startWenxun(args: readonly string[], program = ROOT): ChildProcess & { readonly pid: number } {
  const child = spawn(process.execPath, ["bin/wenxun.mjs", ...args], {
    cwd: program,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.pid === undefined) throw new Error("wenxun could not be started");
  return child as ChildProcess & { readonly pid: number };
}

/** `wenxun serve` in a process of its own, ready when it resolves. */
export const serveArchive = (archive: string, flags: readonly string[]): Promise<WenxunServer> =>
  startServer("serve", ["--archive", archive, ...flags]);

/** One of the servers in a process of its own, ready when it resolves. */
export async function startServer(
  command: "serve" | "encoder-server",
  flags: readonly string[],
  program?: string,
): Promise<WenxunServer> {
  const port = await freePort();
  const url = `http://${HOST}:${port}`;
  const startMs = performance.now();
  const child = startWenxun([command, "--host", HOST, "--port", String(port), ...flags], program);
  child.stdout?.resume();
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  while (performance.now() - startMs < READY_LIMIT_MS && child.exitCode === null) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false, // It does not listen yet.
    );
    if (ready) return { pid: child.pid, url, readyMs: Math.round(performance.now() - startMs), stop };
    await wait(2);
  }
  await stop();
  throw new Error(`wenxun ${command} was not ready within ${READY_LIMIT_MS / 1000} s`);
}

export interface ImportFigures {
  readonly stored: number;
  readonly rejected: number;
  /** Of the whole command, from start to end, compaction included. */
  readonly seconds: number;
  readonly perSecond: number;
  readonly memory: SampledMemory;
}

/** `wenxun import` in a process of its own. */
export async function importFile(file: string, archive: string, flags: readonly string[]): Promise<ImportFigures> {
  const startMs = performance.now();
  const child = startWenxun(["import", file, "--archive", archive, "--json", ...flags]);
  const sampler = new MemorySampler(child.pid);
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const [code] = await once(child, "close");
  const memory = sampler.stop();
  if (code !== 0) throw new Error(`wenxun import ended with ${code}`);
  const seconds = (performance.now() - startMs) / 1000;
  const { stored, rejected } = JSON.parse(output) as { stored: number; rejected: number };
  return { stored, rejected, seconds, perSecond: stored / seconds, memory };
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
