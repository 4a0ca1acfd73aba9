import type { DatabaseSync } from "node:sqlite";
import type { Alert } from "../alerts/alert.ts";
import { AlertStore } from "../alerts/store/alert-store.ts";
import { openAlertsDatabase } from "../alerts/store/alerts-database.ts";
import { Outbox } from "../alerts/store/outbox.ts";
import { ProgressStore } from "../alerts/store/progress-store.ts";
import { type Alerting, openAlerting } from "../compose/alerting.ts";
import { archiveExists, openBackend } from "../compose/open-backend.ts";
import type { Config, OptionKey } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { toArchiveFolder, toBackendOptions } from "./archive-settings.ts";
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

/** Opens the archive and what is followed. Dispose it after use. @throws AppError `archive-missing` */
export async function openArchiveAlerting(config: Config, context: CliContext): Promise<Alerting> {
  const options = toBackendOptions(config, context);
  await using opening = new AsyncDisposableStack();
  const backend = opening.use(await openBackend(options));
  const alerting = opening.use(openAlerting(backend, { ...config, folder: options.folder }));
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
export function openAlertsOnly(config: Config, context: CliContext): AlertsOnly {
  const folder = toArchiveFolder(config, context);
  if (!archiveExists({ folder })) {
    throw new AppError("archive-missing", `There is no archive in ${folder}, and no search is followed.`, {
      remedy: { code: "make-archive", folder },
    });
  }
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
