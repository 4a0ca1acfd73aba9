import type { Command } from "commander";
import { openBackend } from "../compose/open-backend.ts";
import { readVersion } from "../config/paths.ts";
import { toBackendOptions } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { addSettings } from "./settings.ts";

const EXAMPLE = `
Example, as most clients are told of it:
  { "mcpServers": { "news": { "command": "npx", "args": ["wenxun", "mcp", "--archive", "/path/to/archive"] } } }

\`wenxun serve\` speaks the same protocol over HTTP, at /mcp. docs/MCP.md has more.
`;

export function registerMcp(program: Command, context: CliContext): void {
  const command = program
    .command("mcp")
    .description(
      "Speaks the Model Context Protocol over standard input and output until the input ends: tools that search, read and count,\n" +
        "and change nothing. A program for language models starts this command; people have no use for it.",
    )
    .addHelpText("after", EXAMPLE);
  const settings = addSettings(command, ["archive", "encoder"]);
  command.action(async () => {
    const options = toBackendOptions(settings.load(context).config, context);
    const signal = context.stopSignal();
    const { serveMcpOverStdio } = await import("../mcp/serve-stdio.ts");
    await using backend = await openBackend(options);
    await serveMcpOverStdio({
      archive: { ...backend, version: readVersion() },
      input: context.stdin,
      write: (text) => context.stdout.writeStyled(text),
      onProblem: (message) => context.stderr.write(`wenxun: ${message}\n`),
      signal,
    });
  });
}
