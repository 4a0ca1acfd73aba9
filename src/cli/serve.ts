import { once } from "node:events";
import { join } from "node:path";
import type { Command } from "commander";
import { archiveExists, openApp, openForWriting } from "../compose/open-app.ts";
import type { Config } from "../config/options.ts";
import { assetFolders } from "../config/paths.ts";
import { toAppOptions } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { addSettings } from "./settings.ts";

interface Flags {
  readonly demo?: true;
}

/** Worth asking of the sample: one in each script, and one that shares no word with what it finds. */
const SAMPLE_QUERIES = ["台风登陆", "電動車電池起火", "天太热工人中暑"];

export function registerServe(program: Command, context: CliContext): void {
  const command = program
    .command("serve")
    .summary("serve the search page and the API")
    .description(
      "Serves the search page and the API until Ctrl-C or SIGTERM; requests that were accepted are finished.",
    )
    .option("--demo", "Fill the archive with the sample first, where there is none or it is empty.");
  const settings = addSettings(command, [
    "archive",
    "encoder",
    "host",
    "port",
    "publicUrl",
    "token",
    "searchThreads",
    "searchQueue",
    "maxMemory",
    "logLevel",
    "timezone",
  ]);
  command.action(async ({ demo }: Flags) => {
    const { config } = settings.load(context);
    const signal = context.stopSignal();
    // Loaded here, so that other commands start without a web framework.
    const { startServer } = await import("../compose/start-server.ts");
    const holdsSample = demo === true && (await addSample(config, context));
    const examples = holdsSample ? SAMPLE_QUERIES : undefined;
    const options = { ...config, ...toAppOptions(config, context), examples };
    const server = await startServer(options);
    try {
      const { archive } = await server.opened;
      using snapshot = await archive.snapshot();
      context.stdout.write(`wenxun serves ${snapshot.articleCount} articles at ${server.url}/\n`);
      for (const query of examples ?? []) {
        context.stdout.write(`  ${query}  ${server.url}/?${new URLSearchParams({ q: query })}\n`);
      }
      if (!signal.aborted) await once(signal, "abort");
      context.stderr.write("stopping …\n");
    } finally {
      await server.stop();
    }
  });
}

/** One of the sample's articles: an archive that holds it was made from the sample. */
const SAMPLE_ARTICLE = "typhoon-1";

/** Puts the sample into an archive that is missing or empty; whether the archive holds the sample now. */
async function addSample(config: Config, context: CliContext): Promise<boolean> {
  const options = toAppOptions(config, context);
  if (archiveExists(options.folder)) {
    await using app = await openApp(options);
    using snapshot = await app.archive.snapshot();
    if (snapshot.articleCount > 0) return snapshot.articleById(SAMPLE_ARTICLE) !== undefined;
  }
  const { importArticles } = await import("../ingest/import.ts");
  await using app = await openForWriting({ ...options, timezone: config.timezone });
  const report = await importArticles({
    inputs: [join(assetFolders.sample, "articles.jsonl")],
    writer: app.writer,
    rejectsFolder: options.folder,
  });
  if (report.failure !== undefined) throw report.failure;
  context.stderr.write(`${report.added} articles of the sample put into ${config.archive}\n`);
  return true;
}
