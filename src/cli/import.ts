import type { Command } from "commander";
import type { ArchiveWriter } from "../archive/writer.ts";
import { openForWriting } from "../compose/open-backend.ts";
import { OPTIONS } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { parseDateSettings } from "../ingest/dates/date-settings.ts";
import { DAY_ORDERS } from "../ingest/dates/rules.ts";
import { parseEncoding } from "../ingest/encoding.ts";
import { parseFieldMap } from "../ingest/fields.ts";
import { FORMATS, parseFormat } from "../ingest/format.ts";
import { importArticles } from "../ingest/import.ts";
import type { ImportReport } from "../ingest/report.ts";
import { toShownAddress } from "../opensearch/connection/cluster-address.ts";
import { toArchiveHome } from "./archive-settings.ts";
import { choiceOption } from "./choice.ts";
import { type CommandAudit, createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { createProgress } from "./import-progress.ts";
import { toReportJson, toReportText } from "./import-report.ts";
import { addSettings } from "./settings.ts";

interface Flags extends DataFlags {
  readonly map?: readonly string[];
  readonly source?: string;
  readonly format?: string;
  readonly table?: string;
  readonly encoding?: string;
  readonly idPrefix?: string;
  readonly asOf?: string;
  readonly earliest?: string;
  readonly latest?: string;
  readonly dayOrder?: string;
  readonly republicYears?: boolean;
}

const EXAMPLES = `
Examples:
  wenxun import news.jsonl.gz more/*.csv
  wenxun import dump.json --map title=data.headline,published=data.when --source 晨报
  wenxun import news.db --table articles
  wenxun import north.csv south.csv --id-prefix "{file}:"
  zcat *.gz | wenxun import -
`;

export function registerImport(program: Command, context: CliContext): void {
  const command = program
    .command("import")
    .description(
      "Adds articles to an archive, which is made if there is none. Reads JSON lines, JSON, CSV, TSV, SQLite, RSS and Atom, plain or gzipped. " +
        "Importing again updates what changed and skips the rest.",
    )
    .argument("<FILE...>", "files, patterns, or - for standard input")
    .option("--map <FIELD=NAME,…>", "Where a field is, as a name or a dotted path; may be repeated.", collect)
    .option("--source <NAME>", "Source of articles that name none.")
    .addOption(choiceOption("--format <FORMAT>", "Kind of the files. (default: told by their content)", FORMATS))
    .option("--table <NAME>", "Table of an SQLite file. (default: the one that looks most like articles)")
    .option("--encoding <NAME>", "Encoding of the text, for example gb18030 or big5. (default utf-8)")
    .option("--id-prefix <TEXT>", "Put before the ids of records; {file} and {source} stand for their names.")
    .option("--as-of <TIME>", "What relative dates (3小时前, 昨天, 3月14日) are counted from; now, or any date.")
    .option("--earliest <DAY>", "A date before this day is none. (default 1800-01-01)")
    .option("--latest <DAY>", "A date after this day is none. (default a year from now)")
    .addOption(choiceOption("--day-order <ORDER>", "What 03/04/2021 means. (default: such a date is none)", DAY_ORDERS))
    .option(
      "--republic-years",
      "Read years below 200 as Taiwan counts them: 110年 is 2021. (default: told by the text)",
    )
    .option("--no-republic-years", "Never do; 民國 is read all the same.")
    .addHelpText("after", EXAMPLES);
  addDataFlags(command);
  const settings = addSettings(command, [
    "archive",
    "timezone",
    "encoder",
    "clusterShards",
    "clusterPartition",
    "auditLog",
  ]);
  command.action(async (inputs: string[], flags: Flags) => {
    const { config } = settings.load(context);
    context.giveWay();
    const { archive, timezone, encoder } = config;
    const { folder, cluster } = toArchiveHome(config, context);
    const { format, encoding, table, source } = flags;
    const options = {
      inputs,
      format: format === undefined ? undefined : parseFormat(format),
      encoding: encoding === undefined ? undefined : parseEncoding(encoding),
      table,
      mapping: {
        ...parseDateSettings({ ...flags, timezone }, { earliest: "--earliest", latest: "--latest" }),
        fields: parseFieldMap(flags.map ?? []),
        source,
        idPrefix: flags.idPrefix,
      },
    };

    await using closing = new AsyncDisposableStack();
    // Opened for the first batch: a file that cannot be read leaves no empty archive behind.
    let opened: { readonly writer: ArchiveWriter; readonly audit: CommandAudit } | undefined;
    let isOfAnother = false;
    const begin = async () => {
      const {
        writer,
        archive,
        encoder: used,
      } = closing.use(
        await openForWriting({ folder, cluster, timezone, encoder, mergesBeside: true, encodesAhead: true }),
      );
      isOfAnother = (await archive.stats()).encoderFingerprint !== used.fingerprint;
      const audit = createCommandAudit(config, context);
      await audit.noteFirst({ what: "import", inputs });
      return { writer, audit };
    };
    const put: ArchiveWriter["put"] = async (articles) => {
      opened ??= await begin();
      return opened.writer.put(articles);
    };
    const progress = createProgress(context.stderr);
    const report = await importArticles({
      ...options,
      writer: { put, prepare: (articles) => opened?.writer.prepare?.(articles) },
      rejectsFolder: folder,
      signal: context.stopSignal(),
      onProgress: (now) => {
        progress.show(now);
        if (now.totalBytes !== undefined && now.totalBytes > 0) opened?.writer.knowShare(now.bytes / now.totalBytes);
      },
      stdin: context.stdin,
    });
    progress.clear();
    await settle(opened?.writer, report, { context, isOfAnother });
    const { added, updated, rejected } = report;
    await opened?.audit.note({ what: "import ended", added, updated, rejected, failure: report.failure?.code });
    const archiveFlag = archive === OPTIONS.archive.default ? "" : ` --archive ${toShownAddress(archive)}`;
    if (!writeData(flags, context, toReportJson(report))) context.stdout.write(toReportText(report, archiveFlag));
    throwFailure(report);
  });
}

/**
 * After the last batch: encodes what could not be encoded before, and merges what was written into few segments. Everything
 * is stored by then, so a signal may end it at any moment.
 * @param isOfAnother the archive's vectors were made by another encoder
 */
async function settle(
  writer: ArchiveWriter | undefined,
  report: ImportReport,
  { context, isOfAnother }: { readonly context: CliContext; readonly isOfAnother: boolean },
): Promise<void> {
  const { stderr, stopSignal } = context;
  if (writer === undefined || report.failure !== undefined || report.interrupted) return;
  const { withoutVector, isComplete } = await writer.finish({ signal: stopSignal() });
  if (withoutVector > 0) {
    const why = isOfAnother
      ? "since another encoder made the archive: `wenxun reindex` moves it to this one, and encodes them"
      : "since the encoder is away: the next import encodes the rest";
    stderr.write(`${counted(withoutVector, "article")} without a vector yet, ${why}.\n`);
  }
  if (!isComplete) stderr.write("Merging was stopped; a later import does it.\n");
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** Gives the command its exit code: the report says what was stored all the same. */
function throwFailure({ failure, interrupted, failures, stored }: ImportReport): void {
  const goOn = `${stored} ${stored === 1 ? "article is" : "articles are"} stored; the same command goes on from there.`;
  if (failure !== undefined) {
    throw new AppError(failure.code, stored > 0 ? `${failure.message} ${goOn}` : failure.message, {
      cause: failure,
      ...(failure.remedy !== undefined && { remedy: failure.remedy }),
    });
  }
  if (interrupted) throw new AppError("interrupted", `Stopped: ${goOn}`);
  const [first] = failures;
  if (first === undefined) return;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : "";
  const { message, remedy } = first;
  throw new AppError("bad-input", `${message}${more}`, remedy === undefined ? {} : { remedy });
}
