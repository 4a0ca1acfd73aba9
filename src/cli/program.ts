import { Command } from "commander";
import { readVersion } from "../config/paths.ts";
import { COMMANDS } from "./commands.ts";
import type { CliContext } from "./context.ts";
import { HELP, toHelpOutput } from "./help.ts";

const EXAMPLES = `
Examples:
  wenxun import articles.jsonl.gz        make ./archive, or add to it
  wenxun follow https://example.org/feed.xml
  wenxun search 新能源汽车 --from 2024-01-01
  wenxun serve                           then open http://127.0.0.1:8600
  wenxun doctor                          what is wrong, and what mends it

Exit codes: 0 done, 1 failed, 2 wrong usage. Results go to standard output, everything else to standard error.
`;

/**
 * What the command line takes, as one declaration. Of the commands that `args` do not name there is the name and the summary alone.
 * @param args default: all of them
 */
export async function createProgram(context: CliContext, args?: readonly string[]): Promise<Command> {
  const program = new Command("wenxun")
    .description("Search a news archive by meaning, by keyword and by date.")
    .version(readVersion(), "-V, --version", "Show the version.")
    .helpOption("-h, --help", "Show this help.")
    .addHelpText("after", EXAMPLES)
    .showSuggestionAfterError()
    .exitOverride()
    // `audit verify --json`: the flag is that of the command it stands behind.
    .enablePositionalOptions()
    .configureHelp(HELP)
    .configureOutput(toHelpOutput(context));
  const named = args && nameCommand(args);
  const isOfAll = args === undefined || COMMANDS.some(({ name, tellsOfAll }) => name === named && tellsOfAll?.(args));
  // Subcommands take over what the program has set so far.
  for (const { name, summary, load } of COMMANDS) {
    if (isOfAll || name === named) {
      const register = await load();
      register(program, context);
    } else program.command(name);
    program.commands.at(-1)?.summary(summary);
  }
  return program;
}

/** `search` of `search 大桥`, `help search` and `-h search`. */
const nameCommand = (args: readonly string[]): string | undefined =>
  args.find((arg) => !arg.startsWith("-") && arg !== "help");
