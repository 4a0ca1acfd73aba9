import type { Command } from "commander";
import type { Snapshot, StoredArticle } from "../archive/archive.ts";
import { Reader } from "../archive/reader.ts";
import { createResources } from "../resources/registry.ts";
import { toArchiveFolder } from "./archive-settings.ts";
import { type CliContext, writeAll } from "./context.ts";
import { addSettings } from "./settings.ts";

/** Articles that are in memory at a time. */
const BATCH = 256;

export function registerExport(program: Command, context: CliContext): void {
  const command = program
    .command("export")
    .summary("write all articles as JSON lines")
    .description(
      "Writes every article to standard output, one JSON object a line: id, title, body, published, url, source, category.\n" +
        "`wenxun import -` reads them back.",
    );
  const settings = addSettings(command, ["archive"]);
  command.action(async () => {
    const { config } = settings.load(context);
    await using resources = createResources();
    const reader = await Reader.open(toArchiveFolder(config, context), resources);
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
      yield articles.map((article) => (article === undefined ? "" : `${toLine(article)}\n`)).join("");
    }
  }
}

function toLine({ id, title, body, publishedAtMs, url, source, category }: StoredArticle): string {
  const published = publishedAtMs === undefined ? undefined : new Date(publishedAtMs).toISOString();
  return JSON.stringify({ id, title, body, published, url, source, category });
}
