import { constants, getPriority, setPriority } from "node:os";
import type { Command } from "commander";
import { readEnvironment } from "../config/environment.ts";
import { AppError, isSystemError } from "../errors.ts";
import { type Style, takesColours, toStyled } from "./colours.ts";
import { toVisible } from "./printable.ts";

/** A stream that text is written to. */
export interface Sink {
  /** False: full; {@link writeAll} then waits. */
  write(text: string): boolean;
  once(event: "drain", listener: () => void): unknown;
  readonly isTTY?: boolean;
  /** Width in characters, on a terminal. */
  readonly columns?: number;
}

/** Where commands write: whatever text comes along, the terminal obeys none of it. */
export interface Output extends Sink {
  /** Writes what the terminal is to obey, such as bold print. Texts of others in it have gone through {@link toPrintable}. */
  writeStyled(text: string): boolean;
  /** Sets a text off, where the stream takes colours; to be written with {@link writeStyled}. */
  style(style: Style, text: string): string;
  readonly takesColours: boolean;
}

/** The one place through which everything goes that a command writes: what nobody sees is made visible. */
export const toOutput = (sink: Sink, env: CliContext["env"]): Output => ({
  takesColours: takesColours(sink, env),
  style: (style, text) => (takesColours(sink, env) ? toStyled(style, text) : text),
  write: (text) => sink.write(toVisible(text)),
  writeStyled: (text) => sink.write(text),
  once: (event, listener) => sink.once(event, listener),
  get isTTY() {
    return sink.isTTY === true;
  },
  ...(sink.columns !== undefined && { columns: sink.columns }),
});

/** What a command may touch of the world around it. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly stdin: AsyncIterable<Buffer>;
  /** Results and nothing else. */
  readonly stdout: Output;
  /** Progress, notices and errors. */
  readonly stderr: Output;
  /**
   * Aborted by Ctrl-C or SIGTERM. Asking for it is a promise to end soon after; a second signal ends the process at once.
   * A command that never asks is ended by the first.
   */
  stopSignal(): AbortSignal;
  /** Lets other processes go first, as long as they want something: for work that nobody waits for. */
  giveWay(): void;
  /** The command did its work, and what it found is bad news: its exit code is 1, without an error. */
  endInFailure(): void;
}

/** Adds one command to the program. Each file of this folder that is a command exports one of these. */
export type RegisterCommand = (program: Command, context: CliContext) => void;

/** Writes as fast as the reader takes it. */
export async function writeAll(output: Output, texts: Iterable<string> | AsyncIterable<string>): Promise<void> {
  for await (const text of texts) {
    if (!output.write(text)) await new Promise<void>((resolve) => output.once("drain", resolve));
  }
}

/** The world as the process finds it: its outputs take what they are given. */
export interface ProcessContext extends Omit<CliContext, "stdout" | "stderr" | "endInFailure"> {
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Ends the process with the exit code that is returned, where results cannot be written: they are lost, and so is what would follow. */
  endOnBrokenOutput?(report: (error: AppError) => number): void;
}

export function createProcessContext(): ProcessContext {
  let stop: AbortController | undefined;
  return {
    env: readEnvironment(),
    workingFolder: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    endOnBrokenOutput,
    stopSignal: () => {
      stop ??= abortOnSignals();
      return stop.signal;
    },
    giveWay,
  };
}

function endOnBrokenOutput(report: (error: AppError) => number): void {
  process.stdout.on("error", (error) => {
    // The reader of the pipe has seen enough, as in `wenxun export | head`.
    if (isSystemError(error, "EPIPE")) process.exit(0);
    const code = isSystemError(error, "ENOSPC", "EDQUOT") ? "disk-full" : "io";
    process.exit(report(new AppError(code, `Cannot write to standard output: ${error.message}.`, { cause: error })));
  });
  // Nobody can be told; the work itself goes on.
  process.stderr.on("error", () => {});
}

function giveWay(): void {
  const { PRIORITY_BELOW_NORMAL } = constants.priority;
  try {
    // Whoever started it with less wants less.
    if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL);
  } catch {
    // Some containers do not allow it; the work is done all the same.
  }
}

/** One Ctrl-C may come several times: from the terminal, and passed on by npm or the launcher. */
const SAME_SIGNAL_MS = 500;

function abortOnSignals(): AbortController {
  const controller = new AbortController();
  let firstMs = 0;
  for (const [name, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.on(name, () => {
      const nowMs = performance.now();
      if (!controller.signal.aborted) {
        firstMs = nowMs;
        controller.abort();
      } else if (nowMs - firstMs > SAME_SIGNAL_MS) process.exit(exitCode);
    });
  }
  return controller;
}
