import { previewAlert } from "../alerts/preview.ts";
import { addAlert } from "../alerts/request-alert.ts";
import { type AlertSummary, summarizeAlert, summarizeAlerts, summarizeDeliveries } from "../alerts/summarize-alert.ts";
import type { AlertDesk } from "../api/alert-desk.ts";
import { AppError } from "../errors.ts";
import type { AlertHost } from "./alert-host.ts";
import type { Alerting } from "./alerting.ts";

/** Shows and changes what is followed. @param hostOf undefined until the archive is open */
export function openAlertDesk(hostOf: () => AlertHost | undefined): AlertDesk {
  const host = (): AlertHost => {
    const opened = hostOf();
    if (opened !== undefined) return opened;
    throw new AppError("unavailable", "The archive is being opened; try again in a second.", { retryAfterS: 1 });
  };
  const open = (): Promise<Alerting> => host().open();
  /** Does something with an alert that is there; undefined where there is none. */
  const withAlert = async <T>(
    find: (alerting: Alerting) => { readonly id: number } | undefined,
    use: (alerting: Alerting, id: number) => T | Promise<T>,
  ): Promise<T | undefined> => {
    if (!host().hasAlerts) return undefined;
    const alerting = await open();
    const alert = find(alerting);
    return alert === undefined ? undefined : use(alerting, alert.id);
  };
  const byId =
    (id: number) =>
    ({ alerts }: Alerting) =>
      alerts.byId(id);
  const summaryOf = ({ alerts, outbox }: Alerting, id: number): AlertSummary | undefined => {
    const alert = alerts.byId(id);
    return alert && summarizeAlert(alert, outbox);
  };
  return {
    list: async (page) => {
      if (!host().hasAlerts) return [];
      const { alerts, outbox } = await open();
      return summarizeAlerts(alerts, outbox, page);
    },
    get: (id) =>
      withAlert(byId(id), (alerting) => {
        const alert = summaryOf(alerting, id);
        return alert && { alert, deliveries: summarizeDeliveries(id, alerting.outbox) };
      }),
    add: async (requested, search, asker) => {
      const alerting = await host().openToAdd();
      const { alert, secrets, preview } = await addAlert(requested, { ...alerting, search, asker });
      return { alert: summarizeAlert(alert, alerting.outbox), signingSecret: secrets.signingSecret ?? null, preview };
    },
    preview: async (followed, search, asker) => {
      const { archive, nowMs, floorOf } = await open();
      return previewAlert(followed, { search, timezone: archive.timezone, nowMs: nowMs(), asker, floorOf });
    },
    change: (id, status) =>
      withAlert(byId(id), async (alerting) => {
        const { alerts, archive, nowMs } = alerting;
        const alert = alerts.byId(id);
        if (status === "paused") alerts.change(id, { status });
        else if (alert !== undefined) alerts.resume(alert, await archive.head(), nowMs());
        return summaryOf(alerting, id);
      }),
    remove: (id) =>
      withAlert(byId(id), (alerting) => {
        const summary = summaryOf(alerting, id);
        alerting.alerts.remove(id);
        return summary;
      }),
    replay: (id, sinceMs) => withAlert(byId(id), ({ outbox, nowMs }) => outbox.replay(id, { sinceMs, nowMs: nowMs() })),
    byKey: (key) => withAlert(({ alerts }) => alerts.byKey(key), summaryOf),
    unsubscribe: (key) =>
      withAlert(
        ({ alerts }) => alerts.byKey(key),
        (alerting, id) => {
          alerting.alerts.change(id, { status: "stopped", problem: "Its reader has unsubscribed." });
          return summaryOf(alerting, id);
        },
      ),
  };
}
