import type { IdPage } from "../collections/id-page.ts";
import type { Alert } from "./alert.ts";
import type { FollowedSearch } from "./followed-search.ts";
import type { AlertStore } from "./store/alert-store.ts";
import type { Delivery, Outbox } from "./store/outbox.ts";

/** Deliveries that are shown with an alert. */
const SHOWN_DELIVERIES = 20;

/** An alert as it is shown, with moments in ISO 8601; no secret is among it. */
export interface AlertSummary {
  readonly id: number;
  readonly name: string;
  readonly search: FollowedSearch;
  readonly channel: Alert["channel"];
  readonly address: string;
  readonly rhythm: Alert["rhythm"];
  /** Of a daily digest, `HH:MM`. */
  readonly at: string;
  readonly timezone: string;
  readonly language: Alert["language"];
  readonly status: Alert["status"];
  readonly problem: string | null;
  readonly added: string;
  readonly lastSent: string | null;
  readonly nextDigest: string | null;
  /** Articles that wait to be told of. */
  readonly pending: number;
}

export interface DeliverySummary {
  /** The same at every attempt: `webhook-id`, and part of the Message-ID. */
  readonly messageId: string;
  readonly status: Delivery["status"];
  readonly created: string;
  readonly attempts: number;
  readonly nextAttempt: string | null;
  readonly problem: string | null;
}

const toIso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

/** @param pending articles that wait to be told of */
function toSummary(alert: Alert, pending: number): AlertSummary {
  const { id, name, search, channel, address, rhythm, digestMinute, timezone, language, status, problem } = alert;
  const digits = (value: number): string => String(value).padStart(2, "0");
  return {
    ...{ id, name, search, channel, address, rhythm, timezone, language, status },
    at: `${digits(Math.floor(digestMinute / 60))}:${digits(digestMinute % 60)}`,
    problem: problem ?? null,
    added: new Date(alert.addedMs).toISOString(),
    lastSent: toIso(alert.sentMs),
    nextDigest: toIso(alert.nextDigestMs),
    pending,
  };
}

export const summarizeAlert = (alert: Alert, outbox: Outbox): AlertSummary =>
  toSummary(alert, outbox.pendingCount(alert.id));

/** Counted in one go: one after the other, some hundred alerts would hold whoever waits for the thread. */
export function summarizeAlerts(alerts: AlertStore, outbox: Outbox, page?: IdPage): AlertSummary[] {
  const counts = outbox.pendingCounts();
  return alerts.list(page).map((alert) => toSummary(alert, counts.get(alert.id) ?? 0));
}

/** From the newest on. */
export const summarizeDeliveries = (id: number, outbox: Outbox): DeliverySummary[] =>
  outbox.ofAlert(id, SHOWN_DELIVERIES).map((delivery) => ({
    messageId: delivery.messageId,
    status: delivery.status,
    created: new Date(delivery.createdMs).toISOString(),
    attempts: delivery.attempts,
    nextAttempt: delivery.status === "waiting" ? toIso(delivery.nextAttemptMs) : null,
    problem: delivery.problem ?? null,
  }));
