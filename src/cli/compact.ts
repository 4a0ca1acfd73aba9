import type { Command } from "commander";
import { openBackend } from "../compose/open-backend.ts";
import { toBackendOptions } from "./archive-settings.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { addSettings } from "./settings.ts";

interface Flags extends DataFlags {
  readonly rewrite?: true;
}

export function registerCompact(program: Command, context: CliContext): void {
  const command = program
    .command("compact")
    .description(
      "Merges the archive into few segments, and erases the texts of removed articles from its database. Searches go on meanwhile.",
    )
    .option("--rewrite", "Also write all texts anew: an archive of an earlier version then takes less of the disk.");
  addDataFlags(command);
  const settings = addSettings(command, ["archive", "encoder", "auditLog"]);
  command.action(async (flags: Flags) => {
    const { config } = settings.load(context);
    context.giveWay();
    await using app = await openBackend(toBackendOptions(config, context));
    const writer = await app.archive.borrowWriter();
    try {
      const compact = async () => writer.compact?.({ signal: context.stopSignal(), rewrite: flags.rewrite === true });
      await createCommandAudit(config, context).change({ what: "compact" }, compact);
    } finally {
      await writer.close();
    }
    const { segments } = await app.archive.stats();
    if (writeData(flags, context, { segments })) return;
    context.stdout.write(`compacted into ${counted(segments ?? 0, "segment")}\n`);
  });
}
