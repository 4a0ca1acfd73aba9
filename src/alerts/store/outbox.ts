import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Alert } from "../alert.ts";
import { nextDigestMs } from "../delivery/next-digest.ts";
import { inOneGo } from "./alerts-database.ts";

/** Deliveries of one alert in an hour that each tell of one article; more articles are told of together. */
const MAX_SINGLES_PER_HOUR = 20;

/** How long nothing must have been added to articles that are told of together: an import goes on meanwhile. */
const QUIET_MS = 60_000;

/** How long articles that are told of together wait at most. */
const MAX_COLLECTING_MS = 3_600_000;

const HOUR_MS = 3_600_000;

/** How long notices and deliveries are kept: what was told is not told again within this time. */
const KEPT_MS = 90 * 86_400_000;

/** `dropped`: its articles are not in the archive any more. */
export type DeliveryStatus = "waiting" | "sent" | "failed" | "dropped";

/** One message, of one article or several. */
export interface Delivery {
  readonly id: number;
  readonly alertId: number;
  /** The same at every attempt, and made of alert and articles alone: whoever gets it twice knows it. */
  readonly messageId: string;
  readonly isDigest: boolean;
  readonly createdMs: number;
  readonly status: DeliveryStatus;
  /** Attempts so far. */
  readonly attempts: number;
  readonly nextAttemptMs: number;
  readonly finishedMs: number | undefined;
  readonly problem: string | undefined;
}

/** A delivery that is to be attempted. */
export interface DueDelivery extends Delivery, Pick<Alert, "channel" | "address"> {}

/** A delivery that cannot be attempted now. */
export interface Postponed extends Pick<Delivery, "id" | "nextAttemptMs"> {
  readonly problem: string;
}

/** An article that a delivery tells of. */
export interface DeliveredNotice {
  readonly articleId: string;
  readonly isOld: boolean;
  /** Ids of its copies that have come in. */
  readonly copies: readonly string[];
}

interface Pending {
  readonly id: number;
  readonly foundMs: number;
  readonly isOld: boolean;
  readonly member: string;
}

/** What is to be sent. */
export class Outbox {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Puts notices that wait into deliveries, where it is time to. */
  plan(nowMs: number): void {
    const ids = this.#database
      .prepare(
        `SELECT id, rhythm, digest_minute, timezone, next_digest_ms, key FROM alert WHERE status = 'active' AND
           ((rhythm = 'instant' AND id IN (SELECT alert_id FROM notice WHERE delivery_id IS NULL AND is_copy = 0)) OR next_digest_ms <= ?)`,
      )
      .all(nowMs);
    for (const row of ids) inOneGo(this.#database, () => this.#planAlert(row, nowMs));
  }

  #planAlert(row: Record<string, unknown>, nowMs: number): void {
    const alert = {
      id: Number(row.id),
      rhythm: row.rhythm as Alert["rhythm"],
      digestMinute: Number(row.digest_minute),
      timezone: String(row.timezone),
      key: String(row.key),
    };
    const pending = this.#pending(alert.id);
    if (alert.rhythm === "instant") {
      const fresh = pending.filter(({ isOld }) => !isOld);
      const isFlood = fresh.length > MAX_SINGLES_PER_HOUR - this.#singlesSince(alert.id, nowMs - HOUR_MS);
      const together = isFlood ? pending : pending.filter(({ isOld }) => isOld);
      if (!isFlood) for (const notice of fresh) this.#create(alert, [notice], false, nowMs);
      if (isDue(together, nowMs)) this.#create(alert, together, true, nowMs);
      return;
    }
    if (pending.length > 0) this.#create(alert, pending, true, nowMs);
    this.#database
      .prepare("UPDATE alert SET next_digest_ms = ? WHERE id = ?")
      .run(nextDigestMs(alert, nowMs) ?? null, alert.id);
  }

  #pending(alertId: number): Pending[] {
    return this.#database
      .prepare(
        "SELECT id, found_ms, is_old, article_id, edition FROM notice WHERE alert_id = ? AND delivery_id IS NULL AND is_copy = 0 ORDER BY id",
      )
      .all(alertId)
      .map((row) => ({
        id: Number(row.id),
        foundMs: Number(row.found_ms),
        isOld: row.is_old === 1,
        member: JSON.stringify([row.article_id, row.edition]),
      }));
  }

  #singlesSince(alertId: number, sinceMs: number): number {
    const row = this.#database
      .prepare("SELECT count(*) AS singles FROM delivery WHERE alert_id = ? AND created_ms > ? AND is_digest = 0")
      .get(alertId, sinceMs);
    return Number(row?.singles);
  }

  #create(
    { id, key }: { readonly id: number; readonly key: string },
    notices: readonly Pending[],
    isDigest: boolean,
    nowMs: number,
  ): void {
    const members = notices.map(({ member }) => member).sort();
    const messageId = `msg_${createHash("sha256")
      .update(JSON.stringify([key, members]))
      .digest("hex")
      .slice(0, 32)}`;
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO delivery (alert_id, message_id, is_digest, created_ms, status, next_attempt_ms) VALUES (?, ?, ?, ?, 'waiting', ?)`,
      )
      .run(id, messageId, isDigest ? 1 : 0, nowMs, nowMs);
    const take = this.#database.prepare("UPDATE notice SET delivery_id = ? WHERE id = ?");
    for (const notice of notices) take.run(lastInsertRowid, notice.id);
  }

  /**
   * Deliveries of active alerts that are to be attempted, those that have waited longest first, with where they go. They are read as they are
   * asked for: nothing may be changed meanwhile.
   */
  *due(nowMs: number): Generator<DueDelivery> {
    const rows = this.#database
      .prepare(
        `SELECT delivery.*, alert.channel, alert.address FROM delivery JOIN alert ON alert.id = alert_id
         WHERE delivery.status = 'waiting' AND next_attempt_ms <= ? AND claimed_until_ms <= ? AND alert.status = 'active'
         ORDER BY next_attempt_ms`,
      )
      .iterate(nowMs, nowMs);
    for (const row of rows)
      yield { ...toDelivery(row), channel: row.channel as Alert["channel"], address: String(row.address) };
  }

  /** Takes a delivery, so that no other process attempts it at the same time; false where another has. */
  claim(id: number, nowMs: number, untilMs: number): boolean {
    const { changes } = this.#database
      .prepare("UPDATE delivery SET claimed_until_ms = ? WHERE id = ? AND status = 'waiting' AND claimed_until_ms <= ?")
      .run(untilMs, id, nowMs);
    return changes === 1;
  }

  /** Of an attempt that failed: it is made again at that time. */
  retry(id: number, nextAttemptMs: number, problem: string): void {
    this.#database
      .prepare(
        "UPDATE delivery SET attempts = attempts + 1, next_attempt_ms = ?, claimed_until_ms = 0, problem = ? WHERE id = ?",
      )
      .run(nextAttemptMs, problem, id);
  }

  /** Of an attempt that could not be made: it is made at that time, and counts for none. */
  postpone(id: number, nextAttemptMs: number, problem: string): void {
    this.#database
      .prepare("UPDATE delivery SET next_attempt_ms = ?, claimed_until_ms = 0, problem = ? WHERE id = ?")
      .run(nextAttemptMs, problem, id);
  }

  /** The same for many. */
  postponeAll(many: readonly Postponed[]): void {
    if (many.length === 0) return;
    inOneGo(this.#database, () => {
      for (const { id, nextAttemptMs, problem } of many) this.postpone(id, nextAttemptMs, problem);
    });
  }

  finish(id: number, status: DeliveryStatus, nowMs: number, problem?: string): void {
    this.#database
      .prepare(
        "UPDATE delivery SET status = ?, attempts = attempts + 1, claimed_until_ms = 0, finished_ms = ?, problem = ? WHERE id = ?",
      )
      .run(status, nowMs, problem ?? null, id);
  }

  /** Has deliveries sent again, under the names that they had: those that failed, or all since a time. How many these are. */
  replay(
    alertId: number,
    { sinceMs, nowMs }: { readonly sinceMs: number | undefined; readonly nowMs: number },
  ): number {
    const { changes } = this.#database
      .prepare(
        `UPDATE delivery SET status = 'waiting', attempts = 0, next_attempt_ms = ?, finished_ms = NULL, problem = NULL
         WHERE alert_id = ? AND ${sinceMs === undefined ? "status = 'failed'" : "status IN ('failed', 'sent') AND created_ms >= ?"}`,
      )
      .run(nowMs, alertId, ...(sinceMs === undefined ? [] : [sinceMs]));
    return Number(changes);
  }

  /** From the newest on. */
  ofAlert(alertId: number, limit: number): Delivery[] {
    return this.#database
      .prepare("SELECT * FROM delivery WHERE alert_id = ? ORDER BY id DESC LIMIT ?")
      .all(alertId, limit)
      .map(toDelivery);
  }

  /** Articles of a delivery, newest first. */
  noticesOf(deliveryId: number): DeliveredNotice[] {
    const copies = this.#database.prepare(
      "SELECT article_id FROM notice WHERE alert_id = ? AND group_id = ? AND is_copy = 1 ORDER BY id LIMIT 20",
    );
    return this.#database
      .prepare("SELECT alert_id, group_id, article_id, is_old FROM notice WHERE delivery_id = ? ORDER BY id DESC")
      .all(deliveryId)
      .map((row) => ({
        articleId: String(row.article_id),
        isOld: row.is_old === 1,
        copies: copies.all(Number(row.alert_id), Number(row.group_id)).map((copy) => String(copy.article_id)),
      }));
  }

  /** Articles that alerts are to tell of: those that are in no delivery yet, and those of deliveries that have not arrived. */
  pendingCounts(): ReadonlyMap<number, number> {
    const rows = this.#database
      .prepare(
        `SELECT alert_id, count(*) AS waiting FROM notice WHERE delivery_id IS NULL AND is_copy = 0 GROUP BY alert_id
         UNION ALL
         SELECT delivery.alert_id, count(*) FROM notice JOIN delivery ON delivery.id = delivery_id
         WHERE delivery.status = 'waiting' AND is_copy = 0 GROUP BY delivery.alert_id`,
      )
      .all();
    const counts = new Map<number, number>();
    for (const { alert_id, waiting } of rows) {
      const id = Number(alert_id);
      counts.set(id, (counts.get(id) ?? 0) + Number(waiting));
    }
    return counts;
  }

  /** The same of one alert. */
  pendingCount(alertId: number): number {
    const row = this.#database
      .prepare(
        `SELECT (SELECT count(*) FROM notice WHERE alert_id = ? AND delivery_id IS NULL AND is_copy = 0)
              + (SELECT count(*) FROM notice JOIN delivery ON delivery.id = delivery_id
                 WHERE delivery.alert_id = ? AND delivery.status = 'waiting' AND is_copy = 0) AS waiting`,
      )
      .get(alertId, alertId);
    return Number(row?.waiting);
  }

  /** When something is due next; undefined where nothing waits. */
  nextDueMs(): number | undefined {
    const row = this.#database
      .prepare(
        `SELECT min(due) AS due FROM (
           SELECT min(next_attempt_ms) AS due FROM delivery WHERE status = 'waiting'
           UNION ALL SELECT min(next_digest_ms) FROM alert WHERE status = 'active')`,
      )
      .get();
    return row?.due === null || row?.due === undefined ? undefined : Number(row.due);
  }

  /** Forgets what was told long ago, a part at a time. */
  prune(nowMs: number): void {
    inOneGo(this.#database, () => {
      this.#database
        .prepare(
          "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE found_ms < ? ORDER BY found_ms LIMIT 1000)",
        )
        .run(nowMs - KEPT_MS);
      this.#database
        .prepare(
          "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE status != 'waiting' AND created_ms < ? LIMIT 1000)",
        )
        .run(nowMs - KEPT_MS);
    });
  }
}

/** Whether articles that are told of together have waited long enough. */
function isDue(notices: readonly Pending[], nowMs: number): boolean {
  const times = notices.map(({ foundMs }) => foundMs);
  return (
    times.length > 0 && (nowMs - Math.max(...times) >= QUIET_MS || nowMs - Math.min(...times) >= MAX_COLLECTING_MS)
  );
}

const optional = (value: unknown): number | undefined => (value === null ? undefined : Number(value));

function toDelivery(row: Record<string, unknown>): Delivery {
  return {
    id: Number(row.id),
    alertId: Number(row.alert_id),
    messageId: String(row.message_id),
    isDigest: row.is_digest === 1,
    createdMs: Number(row.created_ms),
    status: row.status as DeliveryStatus,
    attempts: Number(row.attempts),
    nextAttemptMs: Number(row.next_attempt_ms),
    finishedMs: optional(row.finished_ms),
    problem: row.problem === null ? undefined : String(row.problem),
  };
}
