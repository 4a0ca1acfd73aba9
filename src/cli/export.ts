import { type Command, Option } from "commander";
import { toArticleLine, toLineWithEditions } from "../archive/article-line.ts";
import type { ArticleHistory } from "../archive/edition.ts";
import { salvageFolder, scanFolder } from "../compose/care.ts";
import { scanCluster } from "../compose/open-cluster.ts";
import { toArchiveFolder, toArchiveHome } from "./archive-settings.ts";
import { createCommandAudit } from "./command-audit.ts";
import { type CliContext, writeAll } from "./context.ts";
import { counted } from "./counted.ts";
import type { DataFlags } from "./data-flags.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";

/** Lines are written together until they are this long. */
const WRITTEN_CHARACTERS = 2 ** 16;

/** Ids that are named at most. */
const NAMED = 20;

interface Flags extends DataFlags {
  readonly salvage?: true;
  readonly editions?: true;
}

export function registerExport(program: Command, context: CliContext): void {
  const command = program
    .command("export")
    .description(
      "Writes every article to standard output, one JSON object a line: id, title, body, published, url, source, category.\n" +
        "`wenxun import -` reads them back.",
    )
    .option("--editions", "Also what articles said before they were changed, as a list in the field editions.")
    .option("--salvage", "Of a damaged archive: write what can still be read, and name what is not as it was stored.")
    .addOption(new Option("--json", "Write one list instead.").conflicts("jsonl"))
    .option("--jsonl", "Write a line of JSON for each article, as without it.");
  const settings = addSettings(command, ["archive", "auditLog"]);
  command.action(async (flags: Flags) => {
    const { config } = settings.load(context);
    await createCommandAudit(config, context).note({
      what: "export",
      salvage: flags.salvage,
      editions: flags.editions,
    });
    if (flags.salvage) return salvage(toArchiveFolder(config, context), flags, context);
    const { folder, cluster } = toArchiveHome(config, context);
    const articles = cluster === undefined ? scanFolder(folder, flags.editions === true) : scanCluster(cluster);
    const lines = toLines(articles, flags.editions === true);
    await writeAll(context.stdout, flags.json ? asList(lines) : inPieces(lines));
  });
}

async function* toLines(articles: AsyncIterable<ArticleHistory>, withEditions: boolean): AsyncGenerator<string> {
  for await (const { article, earlier } of articles) yield toLineWithEditions(article, withEditions ? earlier : []);
}

type Lines = AsyncIterable<string> | Iterable<string>;

/** Lines, as many at a time as are worth a write. */
async function* inPieces(lines: Lines): AsyncGenerator<string> {
  let piece = "";
  for await (const line of lines) {
    piece += line;
    if (piece.length < WRITTEN_CHARACTERS) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

/** One list of JSON, an article a line. */
async function* asList(lines: Lines): AsyncGenerator<string> {
  let before = "[\n";
  for await (const piece of inPieces(lines)) {
    if (piece === "") continue;
    yield before + piece.trimEnd().replaceAll("\n", ",\n");
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

/** Writes what can be read, and says what of it is in doubt. */
async function salvage(folder: string, { json }: Flags, { stdout, stderr }: CliContext): Promise<void> {
  const altered: string[] = [];
  let saved = 0;
  const toSalvagedLines = function* (): Generator<string> {
    for (const { article, isAsStored } of salvageFolder(folder)) {
      saved++;
      if (!isAsStored) altered.push(article.id);
      yield toArticleLine(article);
    }
  };
  await writeAll(stdout, json ? asList(toSalvagedLines()) : inPieces(toSalvagedLines()));
  stderr.write(`${counted(saved, "article")} saved.\n`);
  if (altered.length === 0) return;
  const more = altered.length > NAMED ? ` and ${altered.length - NAMED} more` : "";
  const names = toPrintable(altered.slice(0, NAMED).join(", "));
  stderr.write(`${altered.length} of them are not as they were stored: ${names}${more}.\n`);
}
