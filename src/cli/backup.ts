import { resolve } from "node:path";
import type { Command } from "commander";
import { backupFolder } from "../compose/care.ts";
import { toArchiveFolder } from "./archive-settings.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { addSettings } from "./settings.ts";

export function registerBackup(program: Command, context: CliContext): void {
  const command = program
    .command("backup")
    .argument("<TARGET>", "A new folder.")
    .description(
      "Copies the archive as it is at one moment, while searches and imports go on. The copy is an archive like any other:\n" +
        "to restore it, copy it to the place of the old one. Until it is whole it is named TARGET.unfinished.",
    );
  addDataFlags(command);
  const settings = addSettings(command, ["archive", "auditLog"]);
  command.action(async (target: string, flags: DataFlags) => {
    const { config } = settings.load(context);
    const folder = resolve(context.workingFolder, target);
    await createCommandAudit(config, context).note({ what: "backup", target: folder });
    const { articles, segments } = await backupFolder(toArchiveFolder(config, context), folder);
    if (writeData(flags, context, { folder, articles, segments })) return;
    context.stdout.write(`${counted(articles, "article")} in ${counted(segments, "segment")} copied to ${folder}\n`);
  });
}
