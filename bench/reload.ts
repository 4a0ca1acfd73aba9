/**
 * Loading for every request, as a script that runs anew at every click does, beside loading once and sharing.
 *
 *     npm run bench:reload [-- ARCHIVE [SECONDS]]
 *
 *     ARCHIVE   folder of an archive       default: one made of the sample
 *     SECONDS   for each measurement       default: 5
 *
 * Each way runs in a process of its own: first one client, whose latency is told, then eight at a time, whose requests per
 * second and memory are told. A request is one hybrid search for the title of an article. Prints a Markdown table.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { openForWriting } from "../src/compose/open-backend.ts";
import { assetFolders } from "../src/config/paths.ts";
import { importArticles } from "../src/ingest/import.ts";
import type { ReloadFigures } from "./reload/client.ts";

/** As `wenxun serve` runs; see bin/node.mjs. */
const HEAP_FLAGS = ["--max-old-space-size=192", "--max-semi-space-size=4"];

const [given, seconds = "5"] = process.argv.slice(2);
const made = given === undefined ? mkdtempSync(join(tmpdir(), "wenxun-reload-")) : undefined;
const folder = given ?? join(made ?? "", "archive");

try {
  if (made !== undefined) await importSample();
  const anew = measure("anew");
  const shared = measure("shared");
  console.log(toReport(anew, shared));
} finally {
  if (made !== undefined) rmSync(made, { recursive: true, force: true });
}

async function importSample(): Promise<void> {
  await using app = await openForWriting({ folder, encoder: { kind: "builtin" }, timezone: "Asia/Shanghai" });
  const inputs = [join(assetFolders.sample, "articles.jsonl")];
  const { failure } = await importArticles({ inputs, writer: app.writer, rejectsFolder: folder });
  if (failure !== undefined) throw failure;
}

function measure(way: "anew" | "shared"): ReloadFigures {
  const script = join(import.meta.dirname, "reload", "client.ts");
  const output = execFileSync(process.execPath, [...HEAP_FLAGS, script, folder, way, seconds], { encoding: "utf8" });
  return JSON.parse(output) as ReloadFigures;
}

function toReport(anew: ReloadFigures, shared: ReloadFigures): string {
  const row = (name: string, unit: string, pick: (figures: ReloadFigures) => number, digits: number) =>
    `| ${name} | ${`${pick(anew).toFixed(digits)} ${unit}`.trimEnd()} | ${`${pick(shared).toFixed(digits)} ${unit}`.trimEnd()} |`;
  const [cpu] = cpus();
  return [
    `${cpus().length} × ${cpu?.model.trim()}, Node.js ${process.versions.node}; ${shared.articles} articles, ${seconds} s each.`,
    "",
    "| | loaded for each request | loaded once, shared |",
    "|---|---|---|",
    row("latency, median", "ms", ({ p50Ms }) => p50Ms, 1),
    row("latency, 95th percentile", "ms", ({ p95Ms }) => p95Ms, 1),
    row("processor time of a request", "ms", ({ cpuMs }) => cpuMs, 1),
    row("requests per second, eight clients", "/s", ({ requestsPerSecond }) => requestsPerSecond, 0),
    row("resident memory, highest", "MB", ({ peakMegabytes }) => peakMegabytes, 0),
    row("loads of the encoder", "", ({ encoderLoads }) => encoderLoads, 0),
  ].join("\n");
}
