import { Command, CommanderError } from "commander";
import { readVersion } from "../config/paths.ts";
import { AppError, wordError } from "../errors.ts";
import { registerAlerts } from "./alerts.ts";
import { registerAudit } from "./audit.ts";
import { registerBackup } from "./backup.ts";
import { registerCompact } from "./compact.ts";
import { registerConfig } from "./config.ts";
import {
  type CliContext,
  createProcessContext,
  type ProcessContext,
  type RegisterCommand,
  toOutput,
} from "./context.ts";
import { registerCount } from "./count.ts";
import { registerDelete } from "./delete.ts";
import { registerDoctor } from "./doctor.ts";
import { registerEncoderServer } from "./encoder-server.ts";
import { registerEval } from "./eval.ts";
import { registerExport } from "./export.ts";
import { registerExtract } from "./extract.ts";
import { registerFollow } from "./follow.ts";
import { registerImport } from "./import.ts";
import { registerMcp } from "./mcp.ts";
import { registerReindex } from "./reindex.ts";
import { CLI_REMEDIES } from "./remedy-words.ts";
import { registerSearch } from "./search.ts";
import { registerServe } from "./serve.ts";
import { registerSimilar } from "./similar.ts";
import { registerSources } from "./sources.ts";
import { registerStatus } from "./status.ts";
import { registerTokens } from "./tokens.ts";
import { registerVerify } from "./verify.ts";

/** Of help where no terminal says how wide it is. */
const DEFAULT_COLUMNS = 100;

/** In the order in which the help lists them. */
const COMMANDS: readonly RegisterCommand[] = [
  registerImport,
  registerFollow,
  registerSources,
  registerAlerts,
  registerSearch,
  registerSimilar,
  registerCount,
  registerServe,
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
];

const EXAMPLES = `
Examples:
  wenxun import articles.jsonl.gz        make ./archive, or add to it
  wenxun follow https://example.org/feed.xml
  wenxun search 新能源汽车 --from 2024-01-01
  wenxun serve                           then open http://127.0.0.1:8600

Exit codes: 0 done, 1 failed, 2 wrong usage. Results go to standard output, everything else to standard error.
`;

/** Runs one command line and resolves to its exit code. */
export async function main(args: readonly string[], world: ProcessContext = createProcessContext()): Promise<number> {
  let exitCode = 0;
  const context: CliContext = {
    ...world,
    stdout: toOutput(world.stdout),
    stderr: toOutput(world.stderr),
    endInFailure: () => {
      exitCode = 1;
    },
  };
  const program = new Command("wenxun")
    .description("Search a news archive by meaning, by keyword and by date.")
    .version(readVersion(), "-V, --version", "Show the version.")
    .helpOption("-h, --help", "Show this help.")
    .addHelpText("after", EXAMPLES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) => write(`${text.replace(/^error: /, "wenxun: ")}${hintFor(text, args)}`),
      getOutHelpWidth: () => context.stdout.columns ?? DEFAULT_COLUMNS,
      getErrHelpWidth: () => context.stderr.columns ?? DEFAULT_COLUMNS,
    });
  // Subcommands take over what the program has set so far.
  for (const register of COMMANDS) register(program, context);
  try {
    await program.parseAsync(withoutVainHelp(args, program), { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, context);
  }
}

/** Asking an unknown command for its help is a mistake like any other use of it. */
function withoutVainHelp(args: readonly string[], program: Command): readonly string[] {
  const [first, ...rest] = args;
  const name = first === "help" ? rest.find((arg) => !arg.startsWith("-")) : first;
  if (name === undefined || name.startsWith("-") || name === "help") return args;
  const isKnown = program.commands.some((command) => command.name() === name || command.aliases().includes(name));
  return isKnown ? args : [name];
}

/** `-广告` leaves a word out of a search, and looks like an option. */
function hintFor(text: string, args: readonly string[]): string {
  const word = args[0] === "search" ? /^error: unknown option '(-[^-'][^']*)'/.exec(text)?.[1] : undefined;
  if (word === undefined) return "";
  const words = args.slice(1).filter((arg) => arg !== word && !arg.startsWith("-"));
  return `To leave a word out, put -- before the query: wenxun search -- ${[...words, word].join(" ")}\n`;
}

/** Says what went wrong in one line, and translates it to an exit code. */
function report(error: unknown, { stderr, env }: CliContext): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const isDebugging = env.WENXUN_DEBUG === "1";
  if (isDebugging) stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  for (let cause = error; isDebugging && cause instanceof Error && cause.cause !== undefined; cause = cause.cause) {
    stderr.write(`caused by ${cause.cause instanceof Error ? cause.cause.stack : String(cause.cause)}\n`);
  }
  if (error instanceof AppError) {
    // A line break in the name of a file must not begin a line that looks like another message; our own lists are set in.
    stderr.write(`wenxun: ${wordError(error, CLI_REMEDIES).replace(/\n(?! {2})/g, "\\n")}\n`);
    return error.kind.exitCode;
  }
  if (error instanceof Error && error.name === "AbortError") {
    stderr.write("wenxun: stopped\n");
    return 1;
  }
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(`wenxun: internal error: ${message}${isDebugging ? "" : " (WENXUN_DEBUG=1 shows where)"}\n`);
  return 1;
}
