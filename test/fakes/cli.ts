import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessContext } from "../../src/cli/context.ts";
import { main } from "../../src/cli/main.ts";

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliRunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Default: a new empty folder. */
  readonly workingFolder?: string;
  readonly stdin?: string | Buffer;
  /** What Ctrl-C would abort. */
  readonly stop?: AbortSignal;
  /** Both outputs are a terminal so wide; default: they are none. */
  readonly columns?: number;
  /** Told of what is written to standard output as it is written. */
  readonly onStdout?: (text: string) => void;
  /** Told that other processes are let go first. */
  readonly onGiveWay?: () => void;
}

/** Runs a command line within this process. */
export async function runCli(args: readonly string[], options: CliRunOptions = {}): Promise<CliRun> {
  const { env = {}, workingFolder = createTestFolder(), stdin = "", stop, columns, onStdout, onGiveWay } = options;
  const written = { stdout: "", stderr: "" };
  const output = (name: "stdout" | "stderr") => ({
    write: (text: string) => {
      written[name] += text;
      if (name === "stdout") onStdout?.(text);
      return true;
    },
    once: () => undefined,
    ...(columns !== undefined && { isTTY: true, columns }),
  });
  const context: ProcessContext = {
    env,
    workingFolder,
    stdin: (async function* () {
      yield Buffer.from(stdin);
    })(),
    stdout: output("stdout"),
    stderr: output("stderr"),
    stopSignal: () => stop ?? new AbortController().signal,
    giveWay: () => onGiveWay?.(),
  };
  const exitCode = await main(args, context);
  return { exitCode, ...written };
}

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is gone when the process ends. */
export function createTestFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-test-"));
  folders.push(folder);
  return folder;
}
