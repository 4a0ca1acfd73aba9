import { setTimeout as wait } from "node:timers/promises";
import { type DeliverOptions, type DeliveryReport, deliverDue } from "./delivery/deliver-due.ts";
import { type Taken, type TakeOptions, takeNewArticles } from "./take-new-articles.ts";

export interface AlertWork extends TakeOptions, DeliverOptions {
  readonly archive: TakeOptions["archive"];
}

export interface RunOptions extends AlertWork {
  readonly signal: AbortSignal;
  readonly onDelivery?: ((report: DeliveryReport) => void) | undefined;
  /** Told of what stood in the way on this side. */
  readonly onError: (error: unknown, doing: string) => void;
  /** How often it is looked for new articles, and for what is to be sent. Default 1 s. */
  readonly lookEveryMs?: number | undefined;
}

const DEFAULT_LOOK_EVERY_MS = 1000;

/** How long is waited after something failed on this side. */
const AFTER_ERROR_MS = 10_000;

/** How often what is long ago is forgotten. */
const PRUNE_EVERY_MS = 60_000;

/** Holds what is new against the searches and sends what is due, once. */
export async function workOnce(work: AlertWork): Promise<{ readonly taken: Taken; readonly sent: DeliveryReport[] }> {
  const taken = await takeNewArticles(work);
  const sent: DeliveryReport[] = [];
  await deliverDue(work, (report) => sent.push(report));
  return { taken, sent };
}

/** Does the same again and again until the signal is aborted. Receivers that are slow hold up no article. */
export async function runAlerts(options: RunOptions): Promise<void> {
  const { outbox, progress, nowMs, onDelivery } = options;
  let prunedMs = 0;
  const take = async (): Promise<void> => {
    await takeNewArticles(options);
    if (nowMs() - prunedMs < PRUNE_EVERY_MS) return;
    prunedMs = nowMs();
    progress.prune(nowMs());
    outbox.prune(nowMs());
  };
  const deliver = (): Promise<void> => deliverDue(options, (report) => onDelivery?.(report));
  await Promise.all([
    repeat(take, "holding new articles against followed searches", options),
    repeat(deliver, "sending what was found by followed searches", options),
  ]);
}

async function repeat(
  task: () => Promise<void>,
  doing: string,
  { signal, onError, lookEveryMs = DEFAULT_LOOK_EVERY_MS }: RunOptions,
): Promise<void> {
  while (!signal.aborted) {
    let restMs = lookEveryMs;
    try {
      await task();
    } catch (error) {
      if (signal.aborted) return;
      onError(error, doing);
      restMs = AFTER_ERROR_MS;
    }
    // Aborting ends the wait, and the loop.
    await wait(restMs, undefined, { signal }).catch(() => undefined);
  }
}
