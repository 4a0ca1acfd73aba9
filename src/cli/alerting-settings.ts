import type { DatabaseSync } from "node:sqlite";
import type { Alert } from "../alerts/alert.ts";
import { AlertStore } from "../alerts/store/alert-store.ts";
import { openAlertsDatabase } from "../alerts/store/alerts-database.ts";
import { Outbox } from "../alerts/store/outbox.ts";
import { ProgressStore } from "../alerts/store/progress-store.ts";
import { type Alerting, openAlerting } from "../compose/alerting.ts";
import { openBackend } from "../compose/open-backend.ts";
import { openClusterLead } from "../compose/open-cluster.ts";
import type { Config, OptionKey } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { toBackendOptions } from "./archive-settings.ts";
import { findBesideArchive } from "./beside-archive.ts";
import type { CliContext } from "./context.ts";

/** Settings of commands that hold articles against followed searches, or send what they find. */
export const ALERTING_SETTINGS = [
  "archive",
  "encoder",
  "smtp",
  "mailFrom",
  "publicUrl",
  "fetchAllow",
  "fetchContact",
  "fetchTimeoutMs",
  "auditLog",
] as const satisfies readonly OptionKey[];

/**
 * Opens the archive and what is followed. Dispose it after use.
 * @param adds whether something is to be followed: where nothing was, it begins here
 * @throws AppError `archive-missing`, `unavailable` where it stands in a folder of another machine
 */
export async function openArchiveAlerting(config: Config, context: CliContext, adds = false): Promise<Alerting> {
  const options = toBackendOptions(config, context);
  const { folder, cluster } = options;
  await using opening = new AsyncDisposableStack();
  if (cluster !== undefined) {
    await using lead = await openClusterLead(cluster, folder);
    await (adds ? lead.claim.claim() : lead.claim.check());
  }
  const backend = opening.use(await openBackend(options));
  const alerting = opening.use(openAlerting(backend, { ...config, folder }));
  const opened = opening.move();
  return { ...alerting, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Followed searches without the archive: nothing is matched or sent. */
export interface AlertsOnly extends Disposable {
  readonly database: DatabaseSync;
  readonly alerts: AlertStore;
  readonly outbox: Outbox;
  readonly progress: ProgressStore;
}

/** @throws AppError `archive-missing` */
export async function openAlertsOnly(config: Config, context: CliContext): Promise<AlertsOnly> {
  const folder = await findBesideArchive(config, context, "no search is followed");
  const database = openAlertsDatabase(folder);
  return {
    database,
    alerts: new AlertStore(database),
    outbox: new Outbox(database),
    progress: new ProgressStore(database),
    [Symbol.dispose]: () => database.close(),
  };
}

/** @throws AppError `not-found` */
export function findAlert({ alerts }: Pick<AlertsOnly, "alerts">, given: string): Alert {
  const found = /^\d{1,9}$/.test(given) ? alerts.byId(Number(given)) : undefined;
  if (found !== undefined) return found;
  throw new AppError("not-found", `There is no alert ${JSON.stringify(given)}; \`wenxun alerts\` shows their ids.`);
}
