import type { Command } from "commander";
import { salvageArticles } from "../local/care/salvage.ts";
import { Reader } from "../local/read/reader.ts";
import type { Snapshot } from "../local/read/snapshot.ts";
import { toArticleLine } from "../local/store/article-line.ts";
import { createResources } from "../resources/registry.ts";
import { toArchiveFolder } from "./archive-settings.ts";
import { type CliContext, writeAll } from "./context.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";

/** Articles that are in memory at a time. */
const BATCH = 256;

/** Ids that are named at most. */
const NAMED = 20;

interface Flags {
  readonly salvage?: true;
}

export function registerExport(program: Command, context: CliContext): void {
  const command = program
    .command("export")
    .summary("write all articles as JSON lines")
    .description(
      "Writes every article to standard output, one JSON object a line: id, title, body, published, url, source, category.\n" +
        "`wenxun import -` reads them back.",
    )
    .option("--salvage", "Of a damaged archive: write what can still be read, and name what is not as it was stored.");
  const settings = addSettings(command, ["archive"]);
  command.action(async (flags: Flags) => {
    const { config } = settings.load(context);
    const folder = toArchiveFolder(config, context);
    if (flags.salvage) return salvage(folder, context);
    await using resources = createResources();
    const reader = await Reader.open(folder, resources);
    try {
      using snapshot = await reader.snapshot();
      await writeAll(context.stdout, toLines(snapshot));
    } finally {
      await reader.close();
    }
  });
}

function* toLines(snapshot: Snapshot): Generator<string> {
  for (const { rows, articleKeys, live } of snapshot.segments) {
    const keys: number[] = [];
    for (let row = 0; row < rows; row++) if (live === undefined || live[row] === 1) keys.push(articleKeys[row] ?? 0);
    for (let start = 0; start < keys.length; start += BATCH) {
      const articles = snapshot.articles(keys.slice(start, start + BATCH));
      yield articles.map((article) => (article === undefined ? "" : toArticleLine(article))).join("");
    }
  }
}

/** Writes what can be read, and says what of it is in doubt. */
async function salvage(folder: string, { stdout, stderr }: CliContext): Promise<void> {
  const altered: string[] = [];
  let saved = 0;
  const toSalvagedLines = function* (): Generator<string> {
    for (const { article, isAsStored } of salvageArticles(folder)) {
      saved++;
      if (!isAsStored) altered.push(article.id);
      yield toArticleLine(article);
    }
  };
  await writeAll(stdout, toSalvagedLines());
  stderr.write(`${saved} articles saved.\n`);
  if (altered.length === 0) return;
  const more = altered.length > NAMED ? ` and ${altered.length - NAMED} more` : "";
  const names = toPrintable(altered.slice(0, NAMED).join(", "));
  stderr.write(`${altered.length} of them are not as they were stored: ${names}${more}.\n`);
}
