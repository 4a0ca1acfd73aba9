import { Command } from "commander";
import { readVersion } from "../config/paths.ts";
import { registerAlerts } from "./alerts.ts";
import { registerAudit } from "./audit.ts";
import { registerBackup } from "./backup.ts";
import { registerCompact } from "./compact.ts";
import { registerCompletion } from "./completion.ts";
import { registerConfig } from "./config.ts";
import type { CliContext, RegisterCommand } from "./context.ts";
import { registerCount } from "./count.ts";
import { registerDelete } from "./delete.ts";
import { registerDoctor } from "./doctor.ts";
import { registerEncoderServer } from "./encoder-server.ts";
import { registerEval } from "./eval.ts";
import { registerExport } from "./export.ts";
import { registerExtract } from "./extract.ts";
import { registerFollow } from "./follow.ts";
import { HELP, toHelpOutput } from "./help.ts";
import { registerImport } from "./import.ts";
import { registerMan } from "./man.ts";
import { registerMcp } from "./mcp.ts";
import { registerOpen } from "./open.ts";
import { registerReindex } from "./reindex.ts";
import { registerSearch } from "./search.ts";
import { registerServe } from "./serve.ts";
import { registerSimilar } from "./similar.ts";
import { registerSources } from "./sources.ts";
import { registerStatus } from "./status.ts";
import { registerTokens } from "./tokens.ts";
import { registerVerify } from "./verify.ts";

/** In the order in which the help lists them. Help, completion and the manual page follow from what each declares. */
const COMMANDS: readonly RegisterCommand[] = [
  registerImport,
  registerFollow,
  registerSources,
  registerAlerts,
  registerSearch,
  registerSimilar,
  registerCount,
  registerServe,
  registerOpen,
  registerMcp,
  registerTokens,
  registerEncoderServer,
  registerStatus,
  registerDoctor,
  registerVerify,
  registerReindex,
  registerDelete,
  registerCompact,
  registerExport,
  registerBackup,
  registerExtract,
  registerAudit,
  registerEval,
  registerConfig,
  registerCompletion,
  registerMan,
];

const EXAMPLES = `
Examples:
  wenxun import articles.jsonl.gz        make ./archive, or add to it
  wenxun follow https://example.org/feed.xml
  wenxun search 新能源汽车 --from 2024-01-01
  wenxun serve                           then open http://127.0.0.1:8600
  wenxun doctor                          what is wrong, and what mends it

Exit codes: 0 done, 1 failed, 2 wrong usage. Results go to standard output, everything else to standard error.
`;

/** Everything that the command line takes, as one declaration. */
export function createProgram(context: CliContext): Command {
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
  // Subcommands take over what the program has set so far.
  for (const register of COMMANDS) register(program, context);
  return program;
}
