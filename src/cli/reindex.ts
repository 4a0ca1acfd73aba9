import type { Command } from "commander";
import { type ReindexReport, reindexFolder } from "../compose/care.ts";
import { reindexClusterArchive } from "../compose/reindex-cluster.ts";
import { AppError } from "../errors.ts";
import { toArchiveFolder, toArchiveHome, toBackendOptions } from "./archive-settings.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { createProgress } from "./progress.ts";
import { addSettings } from "./settings.ts";

interface Flags extends DataFlags {
  readonly compact?: true;
}

export function registerReindex(program: Command, context: CliContext): void {
  const command = program
    .command("reindex")
    .description(
      "Indexes every article anew where an earlier version did it, encodes it with the encoder that is set where the\n" +
        "archive was made with another one, and those that were imported while an encoder was away. Searches go on\n" +
        "meanwhile; interrupted, it goes on when called again.",
    )
    .option("--compact", "Then merge the archive into few segments: searches become a little faster.");
  addDataFlags(command);
  const settings = addSettings(command, ["archive", "encoder", "auditLog"]);
  command.action(async (flags: Flags) => {
    const { config } = settings.load(context);
    const { cluster } = toArchiveHome(config, context);
    // A cluster merges by itself.
    if (flags.compact) toArchiveFolder(config, context);
    context.giveWay();
    const progress = createProgress(context.stderr, "indexing");
    let report: ReindexReport;
    try {
      const options = { compact: flags.compact === true, signal: context.stopSignal(), onProgress: progress.update };
      report = await createCommandAudit(config, context).change({ what: "reindex" }, () =>
        cluster === undefined
          ? reindexFolder({ ...toBackendOptions(config, context), ...options })
          : reindexClusterArchive(cluster, { encoder: config.encoder, ...options }),
      );
    } finally {
      progress.end();
    }
    const { encoder, encoded, withoutVector, tookMs } = report;
    const pace =
      encoded === 0 ? "" : ` in ${(tookMs / 1000).toFixed(1)} s, ${(tookMs / encoded).toPrecision(2)} ms an article`;
    if (!writeData(flags, context, report))
      context.stdout.write(
        `${counted(encoded, "article")} indexed with ${encoder.name} (${encoder.fingerprint})${pace}\n`,
      );
    if (withoutVector > 0) {
      throw new AppError(
        "encoder-unavailable",
        `${counted(withoutVector, "article")} still without a vector. Run wenxun reindex again.`,
      );
    }
  });
}
