import type { Command } from "commander";
import { readVersion } from "../config/paths.ts";
import type { CliContext } from "./context.ts";
import { toDeclared } from "./declared.ts";
import { toManPage } from "./man-page.ts";

export function registerMan(program: Command, context: CliContext): void {
  program
    .command("man")
    .description("Writes the manual page of all commands. An installed package has the same one as wenxun(1).")
    .addHelpText("after", "\nExample:\n  wenxun man | man -l -\n")
    .action(() => {
      const page = toManPage({ program: toDeclared(program), version: readVersion(), examples: EXAMPLES });
      // Roff is for another program: nothing of it is made visible.
      context.stdout.writeStyled(page);
    });
}

const EXAMPLES = [
  "wenxun import articles.jsonl.gz",
  "wenxun search 新能源汽车 --from 2024-01-01",
  "wenxun serve",
  "wenxun doctor",
];
