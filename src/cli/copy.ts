import { basename } from "node:path";
import { Argument, type Command } from "commander";
import { copyArchive, listBeside } from "../compose/copy-archive.ts";
import { archiveExists, openBackend, openForWriting } from "../compose/open-backend.ts";
import type { Config } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { toShownAddress } from "../opensearch/connection/cluster-address.ts";
import { toArchiveHome, toBackendOptions } from "./archive-settings.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { createProgress } from "./progress.ts";
import { addSettings } from "./settings.ts";

interface Flags extends DataFlags {
  readonly mirror?: true;
}

export function registerCopy(program: Command, context: CliContext): void {
  const command = program
    .command("copy")
    .addArgument(new Argument("<FROM>", "A folder, or the address of an archive in a cluster."))
    .addArgument(new Argument("<TO>", "The same; it is made if there is none."))
    .summary("copy an archive between folders and clusters")
    .description(
      "Copies every article, and what articles said before where the target can keep it, then compares both: counts, and a digest of all\n" +
        "articles. What is there already is not written again: stopped, the same command goes on; called later, it brings what is new.",
    )
    .option("--mirror", "Also remove articles of TO that are not in FROM.");
  addDataFlags(command);
  const settings = addSettings(command, [
    "encoder",
    "clusterPassword",
    "clusterCa",
    "clusterShards",
    "clusterPartition",
    "auditLog",
  ]);
  command.action(async (from: string, to: string, flags: Flags) => {
    const { config } = settings.load(context);
    const [source, target] = [
      { ...config, archive: from },
      { ...config, archive: to },
    ] as const satisfies Config[];
    const [fromHome, toHome] = [toArchiveHome(source, context), toArchiveHome(target, context)];
    if ((fromHome.cluster?.address ?? fromHome.folder) === (toHome.cluster?.address ?? toHome.folder))
      throw new AppError("usage", "An archive cannot be copied onto itself.");
    if (!(await archiveExists(fromHome)))
      throw new AppError("archive-missing", `There is no archive in ${toShownAddress(from)}.`);
    context.giveWay();
    await using opened = await openBackend(toBackendOptions(source, context));
    const { timezone } = opened.archive.info;
    await using writing = await openForWriting({ ...toBackendOptions(target, context), timezone });
    if (writing.archive.info.timezone !== timezone)
      context.stderr.write(`Days begin in ${timezone} there, and in ${writing.archive.info.timezone} in the copy.\n`);
    const progress = createProgress(context.stderr, "copying");
    const report = await createCommandAudit(target, context)
      .change({ what: "copy", from: toShownAddress(from), to: toShownAddress(to), mirror: flags.mirror }, () =>
        copyArchive({
          from: opened,
          to: writing,
          mirror: flags.mirror,
          signal: context.stopSignal(),
          onProgress: progress.update,
        }),
      )
      .finally(() => progress.end());
    const beside = listBeside(fromHome.folder).map((path) => basename(path));
    if (!writeData(flags, context, { from: toShownAddress(from), to: toShownAddress(to), ...report, beside }))
      context.stdout.write(toText(report, beside, fromHome.folder));
  });
}

function toText(
  {
    articles,
    added,
    updated,
    unchanged,
    editions,
    editionsLeft,
    removed,
    others,
    withoutVector,
    digest,
  }: Awaited<ReturnType<typeof copyArchive>>,
  beside: readonly string[],
  folder: string,
): string {
  const lines = [
    `${counted(articles, "article")} copied and compared: ${added} added, ${updated} updated, ${unchanged} already there; digest ${digest.slice(0, 16)}`,
    ...(editions > 0
      ? [`${counted(editions, "earlier edition")} copied; they count from now on, not from when they came`]
      : []),
    ...(editionsLeft > 0
      ? [`${counted(editionsLeft, "earlier edition")} left behind: the engine of the copy keeps none`]
      : []),
    ...(removed > 0 ? [`${counted(removed, "article")} removed that were in the copy alone`] : []),
    ...(others > 0 ? [`${counted(others, "article")} of the copy alone left there; --mirror removes them`] : []),
    ...(withoutVector > 0
      ? [`${counted(withoutVector, "article")} without a vector yet: the next import encodes them`]
      : []),
    ...(beside.length > 0 ? [`not copied, since it stands beside the archive in ${folder}: ${beside.join(", ")}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}
