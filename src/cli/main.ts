import { Command } from "commander";
import { readVersion } from "../config/paths.ts";

/** Runs one command line and resolves to its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command("wenxun").version(readVersion());
  await program.parseAsync(args, { from: "user" });
  return 0;
}
