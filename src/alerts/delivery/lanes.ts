import { setTimeout as wait } from "node:timers/promises";
import type { DueDelivery, Postponed } from "../store/outbox.ts";

/** Deliveries that are attempted at the same time. */
const AT_ONCE = 8;

/** Mails that are sent at the same time. */
const MAILS_AT_ONCE = 4;

/** Deliveries that are put off at a time. */
const MAX_LATE = 500;

/** Why nothing can be sent to a place for now, and until when. */
export interface Away {
  readonly untilMs: number;
  readonly problem: string;
}

export interface Chosen {
  /** To be attempted now. */
  readonly chosen: readonly DueDelivery[];
  /** To be attempted later, since the place they go to is away. */
  readonly late: readonly Postponed[];
}

/**
 * Deliveries under way, each in the lane of the place that it goes to. A lane that is full lets those of others pass.
 *
 *     hook.example   ■              one at a time
 *     slow.example   ■ · · ·        its others wait
 *     mail           ■ ■ ■ ■ · ·    four at a time
 */
export class Lanes {
  readonly #running = new Map<string, number>();
  readonly #away = new Map<string, Away>();
  readonly #underWay = new Set<Promise<void>>();

  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Which of those that are due may begin. */
  choose(due: Iterable<DueDelivery>, nowMs: number): Chosen {
    const chosen: DueDelivery[] = [];
    const late: Postponed[] = [];
    const running = new Map(this.#running);
    for (const delivery of due) {
      if (this.#underWay.size + chosen.length >= AT_ONCE || late.length === MAX_LATE) break;
      const lane = laneOf(delivery);
      const away = this.#away.get(lane);
      const others = running.get(lane) ?? 0;
      if (away !== undefined && away.untilMs > nowMs)
        late.push({ id: delivery.id, nextAttemptMs: away.untilMs, problem: away.problem });
      else if (others < (delivery.channel === "mail" ? MAILS_AT_ONCE : 1)) {
        chosen.push(delivery);
        running.set(lane, others + 1);
      }
    }
    return { chosen, late };
  }

  /** @param task gives why nothing more can be sent there for now; undefined where it can */
  run(delivery: DueDelivery, task: () => Promise<Away | undefined>): void {
    const lane = laneOf(delivery);
    this.#running.set(lane, (this.#running.get(lane) ?? 0) + 1);
    const running = task()
      .then((away) => {
        if (away === undefined) this.#away.delete(lane);
        else this.#away.set(lane, away);
      })
      .finally(() => {
        this.#running.set(lane, (this.#running.get(lane) ?? 1) - 1);
        this.#underWay.delete(running);
      });
    this.#underWay.add(running);
  }

  /** When one of them is over, or after so long. @throws what a task has thrown */
  async next(longestMs: number): Promise<void> {
    const nap = new AbortController();
    const slept = wait(longestMs, undefined, { signal: nap.signal }).catch(() => undefined);
    try {
      await Promise.race([slept, ...this.#underWay]);
    } finally {
      nap.abort();
    }
  }
}

/** Mails all go by one server, webhooks each to a host. */
const laneOf = ({ channel, address }: DueDelivery): string =>
  channel === "mail" ? "mail" : (URL.parse(address)?.host ?? address);
