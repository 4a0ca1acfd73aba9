import type { Command } from "commander";
import { toMarkdown, toSettings } from "../config/describe.ts";
import { OPTION_KEYS } from "../config/options.ts";
import type { CliContext } from "./context.ts";
import { addSettings } from "./settings.ts";
import { toTable } from "./table.ts";

interface Flags {
  readonly json?: true;
  readonly markdown?: true;
}

export function registerConfig(program: Command, context: CliContext): void {
  const command = program
    .command("config")
    .summary("show the effective settings and where each comes from")
    .description("Shows the effective settings and where each comes from; secrets are not shown.")
    .option("--json", "Write JSON.")
    .option("--markdown", "Write the documentation of all settings instead.");
  const settings = addSettings(command, OPTION_KEYS);
  command.action(({ json, markdown }: Flags) => {
    if (markdown) {
      context.stdout.write(toMarkdown());
      return;
    }
    const shown = toSettings(settings.load(context));
    context.stdout.write(
      json
        ? `${JSON.stringify(shown, undefined, 2)}\n`
        : toTable(
            ["setting", "value", "from"],
            shown.map(({ name, value, origin }) => [name, value ?? "", origin ?? "unset"]),
          ),
    );
  });
}
