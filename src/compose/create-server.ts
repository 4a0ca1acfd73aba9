import fastifyCookie from "@fastify/cookie";
import { type AccessOptions, createAccess } from "../access/access.ts";
import { addGate } from "../access/gate.ts";
import { checkHosts } from "../access/hosts.ts";
import { nameClient } from "../access/principal.ts";
import { type AlertDesk, NO_ALERTS } from "../api/alert-desk.ts";
import { type App, type Backend, type ServerContext, watchBackend } from "../api/context.ts";
import { mountApi } from "../api/mount-api.ts";
import { readIds } from "../api/read-ids.ts";
import { NO_SOURCES, type SourceDesk } from "../api/source-desk.ts";
import { createAuditLog } from "../audit/audit-log.ts";
import { createRequestAudit, type RequestAudit } from "../audit/request-audit.ts";
import { type CreateAppOptions, createApp } from "../http/create-app.ts";
import { toSitePath } from "../http/site.ts";
import { MAX_ID_LENGTH } from "../ingest/identity.ts";
import { addMcpRoute } from "../mcp/http-route.ts";
import type { Resources } from "../resources/resources.ts";
import { toAbsoluteSite } from "../site/absolute-site.ts";
import { loadAssets } from "../site/assets.ts";
import { mountSite } from "../site/mount-site.ts";
import type { OwnPage } from "../site/own-page.ts";
import { toLoginAddress } from "../site/routes/login.ts";
import { addOwnPages } from "../site/routes/own-pages.ts";
import { createSendFailure } from "../site/send-failure.ts";
import { startTextWork } from "../site/text-work/text-work.ts";
import { FairTurns } from "../threads/fair-turns.ts";
import { inTurns } from "./in-turns.ts";
import { OWN_PAGE, ruleOfRoute } from "./route-rules.ts";

export interface ServerOptions extends AccessOptions {
  /** A promise where the server is to listen at once; until it resolves, searches get 503 and /readyz says so. */
  readonly backend: Backend | Promise<Backend>;
  readonly resources: Pick<Resources, "status" | "acquire">;
  /** What the archive follows; default: nothing, and nothing can be added. */
  readonly sources?: SourceDesk | undefined;
  /** Searches that are followed; default: none, and none can be added. */
  readonly alerts?: AlertDesk | undefined;
  /** Version of the product, as shown in /api/status. */
  readonly version: string;
  /** Folder of the built script and style; absent or empty: pages go without. */
  readonly assetsFolder?: string | undefined;
  /** Pages of one's own beside the others; who may search and read may have them. */
  readonly pages?: readonly OwnPage[] | undefined;
  /** Queries to try, shown on the first page. Default: the largest categories. */
  readonly examples?: readonly string[] | undefined;
  /** Where readers reach the server, such as `https://example.org/news/`: pages, feeds and cookies keep to its path. Default: `/` of the host that each request names. */
  readonly publicUrl?: string | undefined;
  /** Who is told of flaws, as a `mailto:` or `https:` address, in /.well-known/security.txt; undefined: nobody is named. */
  readonly securityContact?: string | undefined;
  /** How long a request may take until its answer begins. Default 10 s. */
  readonly requestTimeoutMs?: number | undefined;
  /** Connections that are held at the same time. Default 1024. */
  readonly maxConnections?: number | undefined;
  /** Folder of the audit log; undefined: nothing is noted. */
  readonly auditFolder?: string | undefined;
  /** From this size on the log goes on in another file. */
  readonly auditFileBytes?: number | undefined;
  /** What is searched for and read is noted too. Default false. */
  readonly auditsSearches?: boolean | undefined;
  /** Whether the server answers to a host name; default: to any. */
  readonly isKnownHost?: ((host: string) => boolean) | undefined;
  /** Requests of one client in a minute. Default 1200, and any number for programs on this machine. */
  readonly rateLimit?: number | undefined;
  /** Largest request body. Default 32 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Level of the request log, written to standard error. Default `silent`. */
  readonly logLevel?: CreateAppOptions["logLevel"];
}

const DEFAULT_MAX_BODY_BYTES = 32 * 2 ** 20;

/** Largest bodies of which the articles may stand in memory at the same time. */
const BODIES_IN_FLIGHT = 2;

/** An article's id, percent-encoded as UTF-8. */
const MAX_PATH_PART = MAX_ID_LENGTH * 9;

/** The whole server, ready for `inject` or `listen`. Closing it finishes the requests it has accepted. */
export async function createServer(options: ServerOptions): Promise<App> {
  let onProblem: (message: string) => void = () => {};
  const audit = createRequestAudit({
    log:
      options.auditFolder === undefined
        ? undefined
        : createAuditLog({ folder: options.auditFolder, maxFileBytes: options.auditFileBytes }),
    notesReading: options.auditsSearches,
    onProblem: (message) => onProblem(message),
  });
  const turns = new FairTurns();
  const context: ServerContext = {
    turns,
    audit,
    version: options.version,
    startedAtMs: Date.now(),
    publicUrl: options.publicUrl,
    securityContact: options.securityContact,
    sources: options.sources ?? NO_SOURCES,
    alerts: options.alerts ?? NO_ALERTS,
    resourceStatus: () => options.resources.status(),
    ...watchBackend(
      options.backend instanceof Promise
        ? options.backend.then((opened) => inTurns(opened, turns))
        : inTurns(options.backend, turns),
    ),
  };
  const access = createAccess(options, (message) => onProblem(message));
  const { maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = options;
  const assets = await loadAssets(options.assetsFolder);
  const app = await createApp({
    title: "wenxun",
    description: "Search a news archive by meaning, by keyword and by date, in both Chinese scripts.",
    version: options.version,
    takesToken: true,
    requestTimeoutMs: options.requestTimeoutMs,
    maxConnections: options.maxConnections,
    trustedProxies: options.trustedProxies,
    rateLimit: options.rateLimit,
    maxBodyBytes,
    maxBodyBytesInFlight: maxBodyBytes * BODIES_IN_FLIGHT,
    maxPathPart: MAX_PATH_PART,
    inflates: true,
    compresses: true,
    sitePath: toSitePath(options.publicUrl),
    publicUrl: options.publicUrl?.replace(/\/+$/, ""),
    sendFailure: createSendFailure(context, assets),
    nameClient,
    logLevel: options.logLevel,
  });
  onProblem = (message) => app.log.error(message);
  if (options.isKnownHost !== undefined) checkHosts(app, options.isKnownHost);
  await app.register(fastifyCookie);
  const { pages = [] } = options;
  const ownPaths = new Set(pages.map(({ path }) => path));
  const ruleOf: typeof ruleOfRoute = (method, url) => (ownPaths.has(url) ? OWN_PAGE : ruleOfRoute(method, url));
  addGate(app, {
    authentication: access,
    ruleOf,
    publicUrl: options.publicUrl,
    toLogin: (request) => (access.mode === "proxy" ? undefined : toLoginAddress(request, options.publicUrl)),
    onWrongToken: (request) => audit.note(request, { what: "wrong token" }),
  });
  noteReading(app, audit, ruleOf);
  app.addHook("onClose", async () => {
    access.records.flush();
    await audit.flush();
  });
  const freeBytes = (): number | undefined => {
    const memory = context.peek()?.memory?.();
    return memory && memory.ceilingBytes - memory.rssBytes;
  };
  const textWork = startTextWork(freeBytes);
  app.addHook("onClose", () => textWork[Symbol.asyncDispose]());
  readIds(app);
  mountApi(app, context);
  addMcpRoute(app, {
    archive: () => ({ ...context.backend(), version: options.version }),
    publicUrl: options.publicUrl,
    toSite: (request) => toAbsoluteSite(request, options.publicUrl),
    freeBytes,
    note: (request, tool, args) => audit.noteReading(request, { what: "read", tool, arguments: JSON.stringify(args) }),
  });
  mountSite(app, context, {
    assets,
    textWork,
    examples: options.examples ?? [],
    access,
  });
  addOwnPages(app, context, { pages, resources: options.resources, assets });
  await app.ready();
  return app;
}

/** Notes what is searched for and read, where that is asked for. */
function noteReading(app: App, audit: RequestAudit, ruleOf: typeof ruleOfRoute): void {
  app.addHook("onResponse", async (request, { statusCode }) => {
    const { method, url, routeOptions } = request;
    if (statusCode >= 400 || routeOptions.url === undefined) return;
    const { needs } = ruleOf(method, routeOptions.url);
    if (typeof needs === "string" || method !== "GET") return;
    if (needs.includes("search") || needs.includes("read")) audit.noteReading(request, { what: "read", address: url });
  });
}
