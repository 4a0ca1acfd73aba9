import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { SEARCH_MODES, type SearchMode } from "../archive/request.ts";
import { type BackendOptions, openBackend, openForWriting } from "../compose/open-backend.ts";
import { AppError } from "../errors.ts";
import { type JudgedSet, loadJudgedSet } from "../eval/beir.ts";
import { evaluate } from "../eval/evaluate.ts";
import { loadRun, toRun, toRunLine } from "../eval/run-file.ts";
import { RERANK_SETTINGS, toRerankOptions } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { registerEvalCompare, toComparisonText } from "./eval-compare.ts";
import { type EvalReport, toEvalJson, toEvalText } from "./eval-report.ts";
import { addSettings } from "./settings.ts";

interface Flags extends DataFlags {
  readonly mode: SearchMode | "all";
  readonly perQuery?: string;
  readonly against?: string;
}

const DOCUMENTS_PER_BATCH = 1_000;

export function registerEval(program: Command, context: CliContext): void {
  const command = program
    .command("eval")
    .argument("<DIR>", "Folder with corpus.jsonl, queries.jsonl and qrels.tsv, plain or .gz (the layout of BEIR).")
    .description(
      "Makes a throw-away archive of the corpus, asks every judged query and reports nDCG@10, MRR@10, Recall@10 and\n" +
        "Recall@100 for each mode, with 95 % bootstrap intervals and a paired randomisation test between modes, and how\n" +
        "many of the first ten were judged at all.",
    )
    .addOption(new Option("--mode <MODE>", "What to measure.").choices(["all", ...SEARCH_MODES]).default("all"))
    .option(
      "--per-query <FILE>",
      "Write each query's scores, hits and what it missed as JSON lines; - for standard output.",
    )
    .option("--against <RUN>", "Compare with an earlier run, a file that --per-query wrote.");
  addDataFlags(command);
  const settings = addSettings(command, ["encoder", ...RERANK_SETTINGS]);
  command.action(async (folder: string, flags: Flags) => {
    const { mode, perQuery, against } = flags;
    const { config } = settings.load(context);
    if (perQuery === "-" && (flags.json || flags.jsonl))
      throw new AppError(
        "usage",
        "--json and --per-query - both write to standard output; name a file for one of them.",
      );
    const earlier = against === undefined ? undefined : await loadRun(resolve(context.workingFolder, against));
    const set = await loadJudgedSet(resolve(context.workingFolder, folder));
    const modes = mode === "all" ? (["keyword", "semantic", "hybrid"] as const) : [mode];
    const options = { encoder: config.encoder, rerank: toRerankOptions(config) };
    const report = await evaluateInThrowAwayArchive(set, modes, options, context);
    const { records } = report.evaluation;
    if (perQuery !== undefined) {
      const titles = new Map(
        set.documents.map(({ id, title, text }) => [id, title === "" ? text.slice(0, 40) : title]),
      );
      const lines = records.map((record) => toRunLine(record, (id) => titles.get(id) ?? "")).join("");
      if (perQuery === "-") context.stdout.write(lines);
      else await writeFile(resolve(context.workingFolder, perQuery), lines);
    }
    const comparison = earlier && { earlier, now: toRun("this run", records) };
    const out = perQuery === "-" ? context.stderr : context.stdout;
    if (writeData(flags, context, toEvalJson(report, comparison))) return;
    const compared = comparison === undefined ? "" : `\n${toComparisonText(comparison.earlier, comparison.now)}`;
    out.write(toEvalText(report) + compared);
  });
  registerEvalCompare(command, context);
}

async function evaluateInThrowAwayArchive(
  set: JudgedSet,
  modes: readonly SearchMode[],
  { encoder, rerank }: Pick<BackendOptions, "encoder" | "rerank">,
  context: CliContext,
): Promise<EvalReport> {
  const signal = context.stopSignal();
  const folder = await mkdtemp(join(tmpdir(), "wenxun-eval-"));
  try {
    {
      await using writing = await openForWriting({ folder, encoder, timezone: "UTC" });
      for (let start = 0; start < set.documents.length; start += DOCUMENTS_PER_BATCH) {
        signal.throwIfAborted();
        const batch = set.documents.slice(start, start + DOCUMENTS_PER_BATCH);
        await writing.writer.put(batch.map(({ id, title, text }) => ({ id, title, body: text })));
        showProgress(context, "documents", start + batch.length, set.documents.length);
      }
      await writing.writer.finish({ signal });
    }
    await using app = await openBackend({ folder, encoder, rerank });
    const onProgress = (done: number, total: number): void => {
      if (done % 50 === 0 || done === total) showProgress(context, "queries", done, total);
    };
    const evaluation = await evaluate(app.search, set.queries, { modes, signal, onProgress });
    return { set, encoderName: app.encoder.name, encoderFingerprint: app.encoder.fingerprint, evaluation };
  } catch (error) {
    throw signal.aborted ? new AppError("interrupted", "Stopped before the end: nothing was measured.") : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function showProgress({ stderr }: CliContext, what: string, done: number, total: number): void {
  if (stderr.isTTY) stderr.writeStyled(`\r${done} of ${total} ${what}${done === total ? "\n" : ""}`);
}
