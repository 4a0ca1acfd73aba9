import { AppError } from "../../errors.ts";
import type { Clock } from "../../fetch/clock.ts";
import type { Poster } from "../../fetch/create-poster.ts";
import { HostPace } from "../../fetch/host-pace.ts";
import type { Push, PushStore } from "../store/push-store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long a hub is asked to tell for; it may grant less. */
const LEASE_S = 10 * 86_400;

/** What asks hubs. There is none where they could not call back. */
export interface Subscriber {
  readonly poster: Pick<Poster, "post">;
  /** Where a hub calls, by the key of an agreement. */
  readonly callbackOf: (key: string) => string;
  /** Requests to one hub stay apart in time, as those to every host do. */
  readonly pace: HostPace;
}

export function createSubscriber(
  given: Pick<Subscriber, "poster" | "callbackOf">,
  clock: Pick<Clock, "steadyMs" | "sleep" | "nowMs">,
): Subscriber {
  return { ...given, pace: new HostPace(clock) };
}

/** When a hub is asked again that has not confirmed: after an hour, then two …, up to a day. */
export const confirmWaitMs = (tries: number): number => Math.min(DAY_MS, HOUR_MS * 2 ** Math.min(tries, 8));

export interface AskOptions extends Subscriber {
  readonly pushes: PushStore;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks a hub to tell of what is new in a feed. It confirms by calling back; where it does not, the feed is looked at as before and the hub
 * asked again. The secret goes only where nobody reads it on the way (section 5.1 of WebSub).
 */
export async function askHub(push: Push, { pushes, poster, callbackOf, pace, signal }: AskOptions): Promise<void> {
  const { hub, topic, key, secret, sourceId } = push;
  const form = new URLSearchParams({
    "hub.mode": "subscribe",
    "hub.topic": topic,
    "hub.callback": callbackOf(key),
    "hub.lease_seconds": String(LEASE_S),
    ...(isSecret(hub) && { "hub.secret": secret }),
  });
  try {
    const { status } = await pace.run(URL.parse(hub)?.hostname ?? hub, signal, () =>
      poster.post(hub, {
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: form.toString(),
        signal,
      }),
    );
    const isTaken = status >= 200 && status < 300;
    pushes.change(sourceId, { problem: isTaken ? undefined : `The hub answered ${status}.` });
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof AppError)) throw error;
    pushes.change(sourceId, { problem: error.message });
  }
}

/** Whether the hub was given a secret, so that it signs what it sends. */
export const isSecret = (hub: string): boolean => /^https:/i.test(hub);
