import { type Command, Option } from "commander";
import type { CliContext } from "./context.ts";

/** Asked for by whoever reads the results with a program. */
export interface DataFlags {
  readonly json?: true;
  readonly jsonl?: true;
}

/**
 * Gives a command that prints data `--json` and `--jsonl`. What it writes then stands in `DATA_SHAPES`.
 * @param each what has a line of its own; default: there is one line
 */
export function addDataFlags(command: Command, each?: string): void {
  command
    .addOption(new Option("--json", "Write JSON.").conflicts("jsonl"))
    .option("--jsonl", each === undefined ? "Write JSON in one line." : `Write a line of JSON for each ${each}.`);
}

/**
 * Writes the data of a command where that was asked for; false where it was not, and people are to read it.
 * @param lines of `--jsonl`; default: the items of a list, else the whole
 */
export function writeData(
  { json, jsonl }: DataFlags,
  { stdout }: Pick<CliContext, "stdout">,
  data: unknown,
  lines: readonly unknown[] = Array.isArray(data) ? data : [data],
): boolean {
  if (json) stdout.write(`${JSON.stringify(data, undefined, 2)}\n`);
  else if (jsonl) for (const line of lines) stdout.write(`${JSON.stringify(line)}\n`);
  return json === true || jsonl === true;
}
