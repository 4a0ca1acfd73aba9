import type { Alert, Channel } from "../alert.ts";
import type { AlertStore } from "../store/alert-store.ts";
import type { Delivery, Outbox } from "../store/outbox.ts";
import type { WatchedArchive } from "../watched-archive.ts";
import { announce, type PageAddresses } from "./announcement.ts";
import { retryWaitMs } from "./retry-plan.ts";
import type { Sender } from "./sender.ts";

/** How long a delivery is taken by whoever attempts it; one that was killed meanwhile is attempted again after that. */
const CLAIM_MS = 120_000;

/** Deliveries that are attempted at the same time. */
const AT_ONCE = 4;

/** How long a message that is being sent may go on after it was asked to stop. */
const GRACE_MS = 5000;

/** When it is looked again whether there is a way to send. */
const UNABLE_WAIT_MS = 10 * 60_000;

/** Deliveries of one alert that are given up in a row before it is stopped. */
const MAX_FAILURES = 5;

export interface DeliverOptions {
  readonly alerts: AlertStore;
  readonly outbox: Outbox;
  readonly archive: Pick<WatchedArchive, "article">;
  readonly senders: Readonly<Record<Channel, Sender>>;
  readonly pages: PageAddresses;
  readonly nowMs: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly signal?: AbortSignal | undefined;
  /** How long an attempt keeps others from making the same. Default 2 minutes. */
  readonly claimMs?: number | undefined;
}

/** What came of one attempt. */
export interface DeliveryReport {
  readonly alert: Alert;
  readonly delivery: Delivery;
  readonly outcome: "sent" | "waiting" | "failed" | "dropped";
  readonly problem?: string | undefined;
}

/** Attempts every delivery that is due, a few at a time. */
export async function deliverDue(options: DeliverOptions): Promise<DeliveryReport[]> {
  const { outbox, nowMs, signal } = options;
  const reports: DeliveryReport[] = [];
  for (;;) {
    if (signal?.aborted === true) return reports;
    const due = outbox.due(nowMs(), AT_ONCE);
    if (due.length === 0) return reports;
    const attempted = await Promise.all(due.map((delivery) => attempt(delivery, options)));
    const made = attempted.filter((report) => report !== undefined);
    // Another process is faster.
    if (made.length === 0) return reports;
    reports.push(...made);
  }
}

/** A signal that is aborted some seconds after another: who stops does not break off what is about to be answered. */
function giveGrace(signal: AbortSignal | undefined): Disposable & { readonly signal: AbortSignal } {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => late.abort(), GRACE_MS);
  };
  if (signal?.aborted === true) begin();
  signal?.addEventListener("abort", begin, { once: true });
  return {
    signal: late.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", begin);
    },
  };
}

async function attempt(delivery: Delivery, options: DeliverOptions): Promise<DeliveryReport | undefined> {
  const { alerts, outbox, senders, nowMs, signal, claimMs = CLAIM_MS } = options;
  if (!outbox.claim(delivery.id, nowMs(), nowMs() + claimMs)) return undefined;
  const alert = alerts.byId(delivery.alertId);
  const secrets = alerts.secretsOf(delivery.alertId);
  if (alert === undefined || secrets === undefined) return undefined;
  const announcement = await announce(alert, delivery, options);
  if (announcement === undefined) {
    outbox.finish(delivery.id, "dropped", nowMs(), "Its articles are not in the archive any more.");
    return { alert, delivery, outcome: "dropped" };
  }
  using grace = giveGrace(signal);
  const outcome = await senders[alert.channel].send(announcement, { secrets, signal: grace.signal });
  if (outcome.kind === "sent") {
    outbox.finish(delivery.id, "sent", nowMs());
    alerts.change(alert.id, { sentMs: nowMs(), failures: 0, problem: undefined });
    return { alert, delivery, outcome: "sent" };
  }
  const { problem } = outcome;
  if (grace.signal.aborted) {
    // Broken off on this side, which counts for nothing.
    outbox.postpone(delivery.id, nowMs(), problem);
    return { alert, delivery, outcome: "waiting", problem };
  }
  if (outcome.kind === "unable") {
    outbox.postpone(delivery.id, nowMs() + UNABLE_WAIT_MS, problem);
    alerts.change(alert.id, { problem });
    return { alert, delivery, outcome: "waiting", problem };
  }
  const askedMs = outcome.kind === "failed" ? outcome.retryAfterMs : undefined;
  const waitMs =
    outcome.kind === "failed" ? retryWaitMs(delivery.attempts + 1, { random: options.random(), askedMs }) : undefined;
  if (waitMs !== undefined) {
    outbox.retry(delivery.id, nowMs() + waitMs, problem);
    alerts.change(alert.id, { problem });
    return { alert, delivery, outcome: "waiting", problem };
  }
  outbox.finish(delivery.id, "failed", nowMs(), problem);
  const failures = alert.failures + 1;
  const stops = (outcome.kind === "refused" && outcome.stops) || failures >= MAX_FAILURES;
  alerts.change(alert.id, { problem, failures, ...(stops ? { status: "stopped" } : {}) });
  return { alert, delivery, outcome: "failed", problem };
}
