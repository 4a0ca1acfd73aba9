/**
 * What an import holds in memory, whatever comes in: lists of gigabytes, tables of junk, pipes that do not end. Each input is made while
 * it is read, and imported in a process of its own by a writer that stores nothing. Beside the peak of the memory stands what it was
 * when a tenth had been read: what grows with the input shows.
 * usage: node bench/import-limits.ts [SHARE [NAME]]   SHARE of 2 GB and of 100 million rows, default 0.05; NAME of one input
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importArticles } from "../src/ingest/import.ts";

/** As `wenxun import` is started (bin/node.mjs). */
const HEAP = ["--max-old-space-size=512", "--max-semi-space-size=8"];

const GIGABYTE = 2 ** 30;
const CHUNK_BYTES = 256 * 1024;
const TEXT = "昨日上午，江湾大桥正式通车，两岸居民往来只需五分钟。".repeat(12);

/** Hands on small pieces of text in chunks, until so many bytes have been given out. */
async function* inChunks(
  bytes: number,
  begin: string,
  piece: (index: number) => string,
  end: string,
): AsyncGenerator<Buffer> {
  let pending = begin;
  let index = 0;
  for (let given = 0; given < bytes; ) {
    while (pending.length < CHUNK_BYTES / 2) pending += piece(index++);
    const chunk = Buffer.from(pending);
    given += chunk.length;
    pending = "";
    yield chunk;
  }
  yield Buffer.from(pending + end);
}

const article = (index: number): string => JSON.stringify({ id: String(index), title: `第${index}条`, body: TEXT });
const separated = (index: number): string => (index === 0 ? article(index) : `,${article(index)}`);
const byNumber = (index: number): string => `${index === 0 ? "" : ","}"${index}":${article(index)}`;

/** Name, and the input for a share of the full size. */
const INPUTS: Readonly<Record<string, (share: number) => AsyncIterable<Buffer>>> = {
  "JSON lines of 2 MB": () => inChunks(2 * 2 ** 20, "", (index) => `${article(index)}\n`, ""),
  "a JSON array of 2 GB on one line": (share) => inChunks(2 * GIGABYTE * share, "[", separated, "]"),
  "a list of 2 GB deep in an object": (share) =>
    inChunks(2 * GIGABYTE * share, '{"took":1,"hits":{"total":9,"hits":[', separated, "]}}"),
  "objects by number, 2 GB": (share) => inChunks(2 * GIGABYTE * share, "{", byNumber, "}"),
  "a feed of 2 GB": (share) =>
    inChunks(
      2 * GIGABYTE * share,
      "<rss><channel><title>江湾</title>",
      (index) => `<item><guid>${index}</guid><title>第${index}条</title><description>${TEXT}</description></item>\n`,
      "</channel></rss>",
    ),
  "100 million rows of junk in a CSV": (share) =>
    inChunks(100e6 * share * 12, "id,title,body\n", (index) => `${index},"junk\n`.padEnd(12, "x"), ""),
  "100 million rows of a cell too few": (share) => inChunks(100e6 * share * 12, "id,title,body\n", () => "0123456,789\n", ""),
  "a line that does not end": (share) => inChunks(2 * GIGABYTE * share, '{"title":"', () => TEXT, ""),
  "an element that does not end": (share) => inChunks(2 * GIGABYTE * share, '[{"title":"一","body":"', () => TEXT, ""),
  "brackets that do not close": (share) => inChunks(0.1 * GIGABYTE * share, "", () => "[[[[[[[[", ""),
  "a tag that does not end": (share) => inChunks(2 * GIGABYTE * share, "<rss><channel><item><title><![CDATA[", () => TEXT, ""),
}; // biome-ignore format: a table

/** Given to the processes that this one starts. */
const MEASURE = "--measure";

const [shareText = "0.05", name, mode] = process.argv.slice(2);
const share = Number(shareText);
if (name !== undefined && mode === MEASURE) await measure(name);
else compare(name === undefined ? Object.keys(INPUTS) : [name]);

/** In a process of its own: imports one input, and writes what it took as JSON. */
async function measure(name: string): Promise<void> {
  const input = INPUTS[name];
  if (input === undefined) throw new Error(`there is no input "${name}"`);
  let allBytes = 0;
  for await (const chunk of input(share / 1000)) allBytes += chunk.length * 1000;
  let bytes = 0;
  let earlyPeakMb: number | undefined;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of input?.(share) ?? []) {
      bytes += chunk.length;
      if (bytes > allBytes / 10) earlyPeakMb ??= peakMb();
      yield chunk;
    }
  }
  const rejectsFolder = mkdtempSync(join(tmpdir(), "wenxun-limits-"));
  try {
    const report = await importArticles({
      inputs: ["-"],
      stdin: counted(),
      rejectsFolder,
      writer: { put: async (articles) => ({ added: articles.length, updated: 0, unchanged: 0 }) },
    });
    const { stored, rejected, seconds } = report;
    process.stdout.write(JSON.stringify({ bytes, stored, rejected, seconds, earlyPeakMb, peakMb: peakMb() }));
  } finally {
    rmSync(rejectsFolder, { recursive: true });
  }
}

function peakMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

function compare(inputs: readonly string[]): void {
  console.log(`| input (${share} of it) | MB | stored | rejected | s | peak MB after a tenth | peak MB |`);
  console.log("|---|---:|---:|---:|---:|---:|---:|");
  for (const input of inputs) {
    const args = [...HEAP, import.meta.filename, shareText, input, MEASURE];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${input}: ${stderr}`);
    const { bytes, stored, rejected, seconds, earlyPeakMb, peakMb } = JSON.parse(stdout) as Record<string, number>;
    const cells = [
      input,
      ((bytes ?? 0) / 2 ** 20).toFixed(0),
      stored,
      rejected,
      seconds?.toFixed(1),
      earlyPeakMb?.toFixed(0),
      peakMb?.toFixed(0),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
