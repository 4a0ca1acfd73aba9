import type { Alert, Channel } from "../alert.ts";
import type { AlertStore } from "../store/alert-store.ts";
import type { Delivery, Outbox } from "../store/outbox.ts";
import type { WatchedArchive } from "../watched-archive.ts";
import { announce, type PageAddresses } from "./announcement.ts";
import { type Away, type Chosen, Lanes } from "./lanes.ts";
import { retryWaitMs } from "./retry-plan.ts";
import type { Sender } from "./sender.ts";

/** How long a delivery is taken by whoever attempts it; one that was killed meanwhile is attempted again after that. */
const CLAIM_MS = 120_000;

/** How long the other deliveries to a receiver wait that has not answered. */
const AWAY_WAIT_MS = 60_000;

/** How often it is looked for more while deliveries are under way. */
const LOOK_EVERY_MS = 1000;

const NOTHING_DUE: Chosen = { chosen: [], late: [] };

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

/**
 * Plans deliveries and attempts every one that is due, some at a time and of those to one host one at a time, so that a receiver which is slow
 * holds up nobody but itself. After one that does not answer the others of its host wait, and lose no attempt. It ends when nothing is due.
 */
export async function deliverDue(options: DeliverOptions, onReport: (report: DeliveryReport) => void): Promise<void> {
  const { outbox, nowMs, signal } = options;
  const lanes = new Lanes();
  for (;;) {
    const isOver = signal?.aborted === true;
    if (!isOver) outbox.plan(nowMs());
    const { chosen, late } = isOver ? NOTHING_DUE : lanes.choose(outbox.due(nowMs()), nowMs());
    outbox.postponeAll(late);
    for (const delivery of chosen) {
      if (!outbox.claim(delivery.id, nowMs(), nowMs() + (options.claimMs ?? CLAIM_MS))) continue;
      lanes.run(delivery, async () => {
        const attempted = await attempt(delivery, options);
        if (attempted !== undefined) onReport(attempted.report);
        return attempted?.away;
      });
    }
    // What comes in meanwhile is not to wait for the slowest.
    if (lanes.isBusy) await lanes.next(LOOK_EVERY_MS);
    // What was due and is not under way has been taken by another process, or waits with others for a place that is away.
    else if (late.length === 0) return;
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

interface Attempted {
  readonly report: DeliveryReport;
  readonly away?: Away | undefined;
}

async function attempt(delivery: Delivery, options: DeliverOptions): Promise<Attempted | undefined> {
  const { alerts, outbox, senders, nowMs, signal } = options;
  const alert = alerts.byId(delivery.alertId);
  const secrets = alerts.secretsOf(delivery.alertId);
  if (alert === undefined || secrets === undefined) return undefined;
  const announcement = await announce(alert, delivery, options);
  if (announcement === undefined) {
    outbox.finish(delivery.id, "dropped", nowMs(), "Its articles are not in the archive any more.");
    return { report: { alert, delivery, outcome: "dropped" } };
  }
  using grace = giveGrace(signal);
  const outcome = await senders[alert.channel].send(announcement, { secrets, signal: grace.signal });
  if (outcome.kind === "sent") {
    outbox.finish(delivery.id, "sent", nowMs());
    alerts.change(alert.id, { sentMs: nowMs(), failures: 0, problem: undefined });
    return { report: { alert, delivery, outcome: "sent" } };
  }
  const { problem } = outcome;
  if (grace.signal.aborted) {
    // Broken off on this side, which counts for nothing.
    outbox.postpone(delivery.id, nowMs(), problem);
    return { report: { alert, delivery, outcome: "waiting", problem } };
  }
  if (outcome.kind === "unable") {
    outbox.postpone(delivery.id, nowMs() + UNABLE_WAIT_MS, problem);
    alerts.change(alert.id, { problem });
    return {
      report: { alert, delivery, outcome: "waiting", problem },
      away: { untilMs: nowMs() + UNABLE_WAIT_MS, problem },
    };
  }
  const away =
    outcome.kind === "failed" && outcome.isAway === true ? { untilMs: nowMs() + AWAY_WAIT_MS, problem } : undefined;
  const askedMs = outcome.kind === "failed" ? outcome.retryAfterMs : undefined;
  const waitMs =
    outcome.kind === "failed" ? retryWaitMs(delivery.attempts + 1, { random: options.random(), askedMs }) : undefined;
  if (waitMs !== undefined) {
    outbox.retry(delivery.id, nowMs() + waitMs, problem);
    alerts.change(alert.id, { problem });
    return { report: { alert, delivery, outcome: "waiting", problem }, away };
  }
  outbox.finish(delivery.id, "failed", nowMs(), problem);
  const failures = alert.failures + 1;
  const stops = (outcome.kind === "refused" && outcome.stops) || failures >= MAX_FAILURES;
  alerts.change(alert.id, { problem, failures, ...(stops ? { status: "stopped" } : {}) });
  return { report: { alert, delivery, outcome: "failed", problem }, away };
}
