import { type Command, Option } from "commander";
import { readNamesIn } from "../compose/read-names.ts";
import { AppError } from "../errors.ts";
import { toArchiveFolder } from "./archive-settings.ts";
import { toBashScript } from "./completion/bash.ts";
import { toFishScript } from "./completion/fish.ts";
import { toZshScript } from "./completion/zsh.ts";
import type { CliContext } from "./context.ts";
import { type DeclaredCommand, NAMES_OF, type NamesOf, toDeclared } from "./declared.ts";
import { addSettings } from "./settings.ts";

const SHELLS: Readonly<Record<string, (program: DeclaredCommand) => string>> = {
  bash: toBashScript,
  zsh: toZshScript,
  fish: toFishScript,
};

/** More names than anybody reads through. */
const MAX_NAMES = 2000;

const EXAMPLES = `
Examples:
  wenxun completion bash > ~/.local/share/bash-completion/completions/wenxun
  wenxun completion zsh > ~/.zfunc/_wenxun              with fpath+=~/.zfunc before compinit in ~/.zshrc
  wenxun completion fish > ~/.config/fish/completions/wenxun.fish
`;

export function registerCompletion(program: Command, context: CliContext): void {
  const command = program
    .command("completion")
    .argument("[SHELL]", "Whose completion.")
    .description(
      "Writes a script for a shell that completes commands, options, their values, files, and names of the archive.",
    )
    .addOption(
      new Option("--names <OF>", "Write the names of the archive that a shell completes.").choices(NAMES_OF).hideHelp(),
    )
    .addHelpText("after", EXAMPLES);
  const [shell] = command.registeredArguments;
  shell?.choices(Object.keys(SHELLS));
  const settings = addSettings(command, ["archive"]);
  command.action(async (name: string | undefined, { names }: { readonly names?: NamesOf }) => {
    const { stdout } = context;
    if (names !== undefined) {
      for (const one of await readNames(toArchiveFolder(settings.examine(context).config, context), names))
        stdout.write(`${one}\n`);
      return;
    }
    const toScript = SHELLS[name ?? ""];
    if (toScript === undefined) throw new AppError("usage", `Name the shell: ${Object.keys(SHELLS).join(", ")}.`);
    stdout.write(toScript(toDeclared(program)));
  });
}

/** What cannot be read has no names: whoever presses Tab wants no message. */
async function readNames(folder: string, of: NamesOf): Promise<readonly string[]> {
  try {
    return (await readNamesOf(folder, of)).filter((name) => name !== "" && !/\p{Cc}/u.test(name)).slice(0, MAX_NAMES);
  } catch {
    return [];
  }
}

/** Each loads what it reads: Tab is pressed by people who wait. */
async function readNamesOf(folder: string, of: NamesOf): Promise<readonly string[]> {
  switch (of) {
    case "followed": {
      const { inspectSources } = await import("../sources/store/inspect-sources.ts");
      return inspectSources(folder).map(({ address }) => address);
    }
    case "alert": {
      const { inspectAlerts } = await import("../alerts/store/inspect-alerts.ts");
      return inspectAlerts(folder).map(({ id }) => String(id));
    }
    default:
      return readNamesIn(folder, of);
  }
}
