import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { SEARCH_MODES, type SearchMode } from "../archive/request.ts";
import { openBackend, openForWriting } from "../compose/open-backend.ts";
import type { EncoderChoice } from "../config/value-types.ts";
import { AppError } from "../errors.ts";
import { type JudgedSet, loadJudgedSet } from "../eval/beir.ts";
import { type Evaluation, evaluate } from "../eval/evaluate.ts";
import { METRIC_NAMES, type MetricName } from "../eval/metrics.ts";
import type { CliContext } from "./context.ts";
import { addSettings } from "./settings.ts";
import { toTable } from "./table.ts";

interface Flags {
  readonly mode: SearchMode | "all";
  readonly json?: true;
}

const DOCUMENTS_PER_BATCH = 1_000;

export function registerEval(program: Command, context: CliContext): void {
  const command = program
    .command("eval")
    .argument("<DIR>", "Folder with corpus.jsonl, queries.jsonl and qrels.tsv, plain or .gz (the layout of BEIR).")
    .summary("measure how well searches find what judges found relevant")
    .description(
      "Makes a throw-away archive of the corpus, asks every judged query and reports nDCG@10, MRR@10, Recall@10 and\n" +
        "Recall@100 for each mode, with 95 % bootstrap intervals and a paired randomisation test between modes.",
    )
    .addOption(new Option("--mode <MODE>", "What to measure.").choices(["all", ...SEARCH_MODES]).default("all"))
    .option("--json", "Write JSON.");
  const settings = addSettings(command, ["encoder"]);
  command.action(async (folder: string, { mode, json }: Flags) => {
    const { encoder } = settings.load(context).config;
    const set = await loadJudgedSet(folder);
    const modes = mode === "all" ? (["keyword", "semantic", "hybrid"] as const) : [mode];
    const report = await evaluateInThrowAwayArchive(set, modes, encoder, context);
    context.stdout.write(json ? `${JSON.stringify(toJson(report), undefined, 2)}\n` : toText(report));
  });
}

interface Report {
  readonly set: JudgedSet;
  readonly encoderName: string;
  readonly encoderFingerprint: string;
  readonly evaluation: Evaluation;
}

async function evaluateInThrowAwayArchive(
  set: JudgedSet,
  modes: readonly SearchMode[],
  encoder: EncoderChoice,
  context: CliContext,
): Promise<Report> {
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
    await using app = await openBackend({ folder, encoder });
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

/** The wire form: the means by mode as documented, and what else is known beside them. */
function toJson({ set, encoderName, encoderFingerprint, evaluation }: Report): object {
  const ofEachMode = <T>(pick: (scores: { mean: number; low: number; high: number }) => T): object =>
    Object.fromEntries(
      Object.entries(evaluation.modes).map(([mode, scores]) => [
        mode,
        Object.fromEntries(METRIC_NAMES.map((name) => [name, pick(scores[name])])),
      ]),
    );
  return {
    encoder: encoderFingerprint,
    encoderName,
    documents: set.documents.length,
    queries: evaluation.queryCount,
    queriesWithoutRelevant: evaluation.withoutRelevantCount,
    queriesWithoutJudgement: set.unjudgedQueryCount,
    modes: ofEachMode(({ mean }) => mean),
    intervals: ofEachMode(({ low, high }) => [low, high]),
    comparisons: evaluation.comparisons,
  };
}

const COMPARED: MetricName = "ndcg@10";

function toText({ set, encoderName, encoderFingerprint, evaluation }: Report): string {
  const leftOut = [
    evaluation.withoutRelevantCount > 0 ? `${evaluation.withoutRelevantCount} without a relevant document` : "",
    set.unjudgedQueryCount > 0 ? `${set.unjudgedQueryCount} without a judgement` : "",
  ].filter((part) => part !== "");
  const head =
    `${set.documents.length} documents, ${evaluation.queryCount} queries` +
    `${leftOut.length > 0 ? ` (left out: ${leftOut.join(", ")})` : ""}, encoder ${encoderName} (${encoderFingerprint})`;
  const scores = toTable(
    ["mode", ...METRIC_NAMES],
    Object.entries(evaluation.modes).map(([mode, ofMode]) => [
      mode,
      ...METRIC_NAMES.map((name) => {
        const { mean, low, high } = ofMode[name];
        return `${mean.toFixed(3)} [${low.toFixed(3)}–${high.toFixed(3)}]`;
      }),
    ]),
  );
  const tests = evaluation.comparisons
    .filter(({ metric }) => metric === COMPARED)
    .map(({ mode, against, difference, p }) => {
      const sign = difference < 0 ? "−" : "+";
      return `${COMPARED}: ${mode} against ${against} ${sign}${Math.abs(difference).toFixed(3)}, p ${toP(p)}\n`;
    });
  return `${head}\n\n${scores}${tests.length > 0 ? `\n${tests.join("")}` : ""}`;
}

const toP = (p: number): string => (p < 0.001 ? "< 0.001" : `= ${p.toFixed(3)}`);
