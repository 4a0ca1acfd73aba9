import { once } from "node:events";
import { join } from "node:path";
import type { Command } from "commander";
import { readTokenFile } from "../access/token-file.ts";
import { alertsPath } from "../alerts/store/alerts-database.ts";
import { openAlertDesk } from "../compose/alert-desk.ts";
import { type AlertHost, startAlertHost } from "../compose/alert-host.ts";
import { startOneAtATime } from "../compose/one-at-a-time.ts";
import { archiveExists, openBackend, openForWriting } from "../compose/open-backend.ts";
import { openClusterLead } from "../compose/open-cluster.ts";
import { openServed } from "../compose/open-served.ts";
import { openSourceDesk } from "../compose/source-desk.ts";
import { startFollowing } from "../compose/start-following.ts";
import type { Config } from "../config/options.ts";
import { assetFolders } from "../config/paths.ts";
import { ALERTS_LEAD, FOLLOWING_LEAD } from "../opensearch/lead/leads.ts";
import type { Resources } from "../resources/resources.ts";
import { sourcesPath } from "../sources/store/sources-database.ts";
import { RERANK_SETTINGS, toAuditFolder, toBackendOptions, toRerankOptions, toTokensPath } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addSettings } from "./settings.ts";

interface Flags {
  readonly demo?: true;
}

/** Worth asking of the sample: one in each script, and one that shares no word with what it finds. */
const SAMPLE_QUERIES = ["台风登陆", "電動車電池起火", "天太热工人中暑"];

export function registerServe(program: Command, context: CliContext): void {
  const command = program
    .command("serve")
    .description(
      "Serves the search page and the API until Ctrl-C or SIGTERM; requests that were accepted are finished.",
    )
    .option("--demo", "Fill the archive with the sample first, where there is none or it is empty.");
  const settings = addSettings(command, [
    "archive",
    "encoder",
    ...RERANK_SETTINGS,
    "host",
    "port",
    "publicUrl",
    "securityContact",
    "access",
    "openScopes",
    "token",
    "tokensFile",
    "userHeader",
    "proxyScopes",
    "allowedHosts",
    "auditLog",
    "auditFileBytes",
    "auditSearches",
    "searchThreads",
    "searchQueue",
    "requestTimeoutMs",
    "maxConnections",
    "rateLimit",
    "trustedProxies",
    "maxMemory",
    "logLevel",
    "timezone",
    "follow",
    "fetchAllow",
    "fetchContact",
    "fetchTimeoutMs",
    "fetchMaxBytes",
    "siteRules",
    "alerts",
    "smtp",
    "mailFrom",
  ]);
  command.action(async ({ demo }: Flags) => {
    const { config } = settings.load(context);
    const signal = context.stopSignal();
    // Loaded here, so that other commands start without a web framework.
    const { startSearchServer } = await import("../compose/start-search-server.ts");
    const holdsSample = demo === true && (await addSample(config, context));
    const examples = holdsSample ? SAMPLE_QUERIES : undefined;
    if (config.access === "token" && !hasToken(config, context)) {
      context.stderr.write("Nobody can read this archive yet: make a token with `wenxun tokens add NAME`.\n");
    }
    await using closing = new AsyncDisposableStack();
    const { folder, cluster, onError = () => {} } = toBackendOptions(config, context);
    const lead = cluster && closing.use(await openClusterLead(cluster, folder));
    const folderClaim = lead?.claim;
    const following = { ...config, folder };
    const sources = closing.use(openSourceDesk({ ...following, folderClaim }));
    let resources: Resources | undefined;
    let alertHost: AlertHost | undefined;
    const server = await startSearchServer({
      ...config,
      sources,
      alerts: openAlertDesk(() => alertHost),
      tokensFile: toTokensPath(config, context),
      auditFolder: toAuditFolder(config, context),
      auditsSearches: config.auditSearches === "on",
      // Whoever balances the load leaves a front end alone that refuses connections, and hands on what it answers.
      listensWhenOpen: cluster !== undefined,
      examples,
      open: (given) => {
        resources = given.resources;
        return openServed({
          ...config,
          ...toBackendOptions(config, context),
          rerank: toRerankOptions(config),
          ...given,
        });
      },
    });
    try {
      const backend = await server.opened;
      const { archive } = backend;
      if (config.follow === "on") {
        const { timezone } = archive.info;
        const start = (): AsyncDisposable =>
          startFollowing({ ...following, asksHubs: true, timezone, archive: () => backend.archive, onError });
        closing.use(startOneAtATime({ lead, name: FOLLOWING_LEAD, file: sourcesPath(folder), start, onError }));
      }
      if (resources !== undefined) {
        const shared = { ...toBackendOptions(config, context), resources };
        const hosted = { ...config, folder, folderClaim, backend: shared, onError };
        const works = config.alerts === "on";
        // In a cluster every front end shows and changes what is followed, and one works on it.
        alertHost = closing.use(startAlertHost({ ...hosted, works: works && lead === undefined }));
        const start = (): AsyncDisposable => startAlertHost({ ...hosted, works });
        if (works && lead !== undefined)
          closing.use(startOneAtATime({ lead, name: ALERTS_LEAD, file: alertsPath(folder), start, onError }));
      }
      const { articles } = await archive.stats();
      context.stdout.write(`wenxun serves ${counted(articles, "article")} at ${server.url}/\n`);
      for (const query of examples ?? []) {
        context.stdout.write(`  ${query}  ${server.url}/?${new URLSearchParams({ q: query })}\n`);
      }
      if (!signal.aborted) await once(signal, "abort");
      context.stderr.write("stopping …\n");
    } finally {
      await closing.disposeAsync();
      await server.stop();
    }
  });
}

const hasToken = (config: Config, context: CliContext): boolean =>
  config.token !== undefined || (readTokenFile(toTokensPath(config, context))?.tokens.length ?? 0) > 0;

/** One of the sample's articles: an archive that holds it was made from the sample. */
const SAMPLE_ARTICLE = "typhoon-1";

/** Puts the sample into an archive that is missing or empty; whether the archive holds the sample now. */
async function addSample(config: Config, context: CliContext): Promise<boolean> {
  const options = toBackendOptions(config, context);
  if (await archiveExists(options)) {
    await using app = await openBackend(options);
    const { articles } = await app.archive.stats();
    if (articles > 0) return (await app.archive.article(SAMPLE_ARTICLE)) !== undefined;
  }
  const { importArticles } = await import("../ingest/import.ts");
  await using app = await openForWriting({ ...options, timezone: config.timezone });
  const report = await importArticles({
    inputs: [join(assetFolders.sample, "articles.jsonl")],
    writer: app.writer,
    rejectsFolder: options.folder,
  });
  if (report.failure !== undefined) throw report.failure;
  context.stderr.write(`${counted(report.added, "article")} of the sample put into ${config.archive}\n`);
  return true;
}
