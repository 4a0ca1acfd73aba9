import type { Command } from "commander";
import { toMarkdown, toSettings } from "../config/describe.ts";
import { OPTION_KEYS } from "../config/options.ts";
import type { CliContext } from "./context.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { addSettings } from "./settings.ts";
import { toTable } from "./table.ts";

interface Flags extends DataFlags {
  readonly markdown?: true;
}

export function registerConfig(program: Command, context: CliContext): void {
  const command = program
    .command("config")
    .description("Shows the effective settings and where each comes from; secrets are not shown.")
    .option("--markdown", "Write the documentation of all settings instead.");
  addDataFlags(command, "setting");
  const settings = addSettings(command, OPTION_KEYS);
  command.action((flags: Flags) => {
    if (flags.markdown) {
      context.stdout.write(toMarkdown());
      return;
    }
    const shown = toSettings(settings.load(context));
    if (writeData(flags, context, shown)) return;
    context.stdout.write(
      toTable(
        ["setting", "value", "from"],
        shown.map(({ name, value, origin }) => [name, value ?? "", origin ?? "unset"]),
      ),
    );
  });
}
