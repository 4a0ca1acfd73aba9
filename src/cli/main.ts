import { type Command, CommanderError } from "commander";
import { AppError, wordError } from "../errors.ts";
import { type CliContext, createProcessContext, type ProcessContext, toOutput } from "./context.ts";
import { createProgram } from "./program.ts";
import { CLI_REMEDIES } from "./remedy-words.ts";
import { hintFor } from "./usage-hints.ts";

/** Runs one command line and resolves to its exit code. */
export async function main(args: readonly string[], world: ProcessContext = createProcessContext()): Promise<number> {
  let exitCode = 0;
  const context: CliContext = {
    ...world,
    stdout: toOutput(world.stdout, world.env),
    stderr: toOutput(world.stderr, world.env),
    endInFailure: () => {
      exitCode = 1;
    },
  };
  const report = createReport(args, context);
  const fail = (error: unknown): number => {
    const failure = toFailure(error, context);
    report(failure);
    return failure.exitCode;
  };
  world.endOnBrokenOutput?.(fail);
  const program = await createProgram(context, args);
  const outputError = (text: string): void => {
    const message = text.replace(/^error: /, "");
    report({ code: "usage", message: message + hintFor(message, args, program), exitCode: 2 });
  };
  for (const command of withSubcommands(program)) command.configureOutput({ outputError });
  try {
    await program.parseAsync(withoutVainHelp(args, program), { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return fail(error);
  }
}

export const withSubcommands = (command: Command): Command[] => [
  command,
  ...command.commands.flatMap((one) => withSubcommands(one)),
];

/** Asking an unknown command for its help is a mistake like any other use of it. */
function withoutVainHelp(args: readonly string[], program: Command): readonly string[] {
  const [first, ...rest] = args;
  const name = first === "help" ? rest.find((arg) => !arg.startsWith("-")) : first;
  if (name === undefined || name.startsWith("-") || name === "help") return args;
  const isKnown = program.commands.some((command) => command.name() === name || command.aliases().includes(name));
  return isKnown ? args : [name];
}

/** Why a command failed. */
interface Failure {
  /** One of the codes of errors.ts. */
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
}

/** Says why a command failed: in a line for people, or as JSON where the results would have been JSON. */
function createReport(args: readonly string[], { stderr }: CliContext): (failure: Failure) => void {
  const end = args.indexOf("--");
  const flags = end === -1 ? args : args.slice(0, end);
  if (flags.includes("--json") || flags.includes("--jsonl"))
    return ({ code, message, exitCode }) =>
      stderr.write(`${JSON.stringify({ error: { code, message: message.trimEnd(), exitCode } })}\n`);
  return ({ message }) => {
    stderr.writeStyled(stderr.style("red", "wenxun:"));
    stderr.write(` ${message.replace(/\n*$/, "\n")}`);
  };
}

function toFailure(error: unknown, { stderr, env }: CliContext): Failure {
  const isDebugging = env.WENXUN_DEBUG === "1";
  if (isDebugging) stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  for (let cause = error; isDebugging && cause instanceof Error && cause.cause !== undefined; cause = cause.cause) {
    stderr.write(`caused by ${cause.cause instanceof Error ? cause.cause.stack : String(cause.cause)}\n`);
  }
  if (error instanceof AppError) {
    // A line break in the name of a file must not begin a line that looks like another message; our own lists are set in.
    const message = wordError(error, CLI_REMEDIES).replace(/\n(?! {2})/g, "\\n");
    return { code: error.code, message, exitCode: error.kind.exitCode };
  }
  if (error instanceof Error && error.name === "AbortError")
    return { code: "interrupted", message: "stopped", exitCode: 1 };
  const message = error instanceof Error ? error.message : String(error);
  const hint = isDebugging ? "" : " (WENXUN_DEBUG=1 shows where)";
  return { code: "internal", message: `internal error: ${message}${hint}`, exitCode: 1 };
}
