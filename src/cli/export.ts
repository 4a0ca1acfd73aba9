import type { Command } from "commander";
import type { Article } from "../archive/article.ts";
import { toArticleLine, toLineWithEditions } from "../archive/article-line.ts";
import { type ScannedArticle, salvageFolder, scanFolder } from "../compose/care.ts";
import { scanCluster } from "../compose/open-cluster.ts";
import { toArchiveFolder, toArchiveHome } from "./archive-settings.ts";
import { createCommandAudit } from "./command-audit.ts";
import { type CliContext, writeAll } from "./context.ts";
import { counted } from "./counted.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";

/** Lines are written together until they are this long. */
const WRITTEN_CHARACTERS = 2 ** 16;

/** Ids that are named at most. */
const NAMED = 20;

interface Flags {
  readonly salvage?: true;
  readonly editions?: true;
}

export function registerExport(program: Command, context: CliContext): void {
  const command = program
    .command("export")
    .summary("write all articles as JSON lines")
    .description(
      "Writes every article to standard output, one JSON object a line: id, title, body, published, url, source, category.\n" +
        "`wenxun import -` reads them back.",
    )
    .option("--editions", "Also what articles said before they were changed, as a list in the field editions.")
    .option("--salvage", "Of a damaged archive: write what can still be read, and name what is not as it was stored.");
  const settings = addSettings(command, ["archive", "auditLog"]);
  command.action(async (flags: Flags) => {
    const { config } = settings.load(context);
    createCommandAudit(config, context).note({ what: "export", salvage: flags.salvage, editions: flags.editions });
    if (flags.salvage) return salvage(toArchiveFolder(config, context), context);
    const { folder, cluster } = toArchiveHome(config, context);
    const articles =
      cluster === undefined ? scanFolder(folder, flags.editions === true) : withoutEditions(scanCluster(cluster));
    await writeAll(context.stdout, toLines(articles));
  });
}

/** An archive in a cluster keeps what articles say now. */
async function* withoutEditions(articles: AsyncIterable<Article>): AsyncGenerator<ScannedArticle> {
  for await (const article of articles) yield { article, earlier: [] };
}

/** Lines, as many at a time as are worth a write. */
async function* toLines(articles: AsyncIterable<ScannedArticle>): AsyncGenerator<string> {
  let lines = "";
  for await (const { article, earlier } of articles) {
    lines += toLineWithEditions(article, earlier);
    if (lines.length < WRITTEN_CHARACTERS) continue;
    yield lines;
    lines = "";
  }
  yield lines;
}

/** Writes what can be read, and says what of it is in doubt. */
async function salvage(folder: string, { stdout, stderr }: CliContext): Promise<void> {
  const altered: string[] = [];
  let saved = 0;
  const toSalvagedLines = function* (): Generator<string> {
    for (const { article, isAsStored } of salvageFolder(folder)) {
      saved++;
      if (!isAsStored) altered.push(article.id);
      yield toArticleLine(article);
    }
  };
  await writeAll(stdout, toSalvagedLines());
  stderr.write(`${counted(saved, "article")} saved.\n`);
  if (altered.length === 0) return;
  const more = altered.length > NAMED ? ` and ${altered.length - NAMED} more` : "";
  const names = toPrintable(altered.slice(0, NAMED).join(", "));
  stderr.write(`${altered.length} of them are not as they were stored: ${names}${more}.\n`);
}
