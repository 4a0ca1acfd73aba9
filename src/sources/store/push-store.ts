import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { OfferedHub } from "../push/find-hub.ts";
import type { PushStatus } from "../push/push-status.ts";

/** The hub of a source, and what has been agreed with it. */
export interface Push extends OfferedHub {
  readonly sourceId: number;
  /** In the address that the hub calls; nobody guesses it. */
  readonly key: string;
  /** With which the hub signs what it sends. */
  readonly secret: string;
  readonly status: PushStatus;
  /** Until when the hub tells. */
  readonly untilMs: number | undefined;
  readonly nextTryMs: number;
  /** Requests in a row that the hub has not confirmed. */
  readonly tries: number;
  readonly problem: string | undefined;
  /** When it told of something last, and how long the feed is left alone after a check all the same. */
  readonly toldMs: number | undefined;
  readonly toldGapMs: number;
}

export type PushChange = Partial<
  Pick<Push, "status" | "untilMs" | "nextTryMs" | "tries" | "problem" | "toldMs" | "toldGapMs">
>;

const COLUMNS = {
  status: "status",
  untilMs: "until_ms",
  nextTryMs: "next_try_ms",
  tries: "tries",
  problem: "problem",
  toldMs: "told_ms",
  toldGapMs: "told_gap_ms",
} as const;

/** Hubs that tell of what is new in feeds. */
export class PushStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Notes what a feed offers. Another hub or topic than before is another agreement, with a key and a secret of its own. */
  offer(sourceId: number, { hub, topic }: OfferedHub, nowMs: number): void {
    const key = randomBytes(24).toString("base64url");
    const secret = randomBytes(32).toString("hex");
    this.#database
      .prepare(
        `INSERT INTO push (source_id, key, secret, hub, topic, status, next_try_ms) VALUES (?, ?, ?, ?, ?, 'offered', ?)
         ON CONFLICT (source_id) DO UPDATE SET key = excluded.key, secret = excluded.secret, hub = excluded.hub, topic = excluded.topic,
           status = 'offered', until_ms = NULL, next_try_ms = excluded.next_try_ms, tries = 0, problem = NULL, told_ms = NULL
         WHERE hub <> excluded.hub OR topic <> excluded.topic`,
      )
      .run(sourceId, key, secret, hub, topic, nowMs);
  }

  /** The feed names no hub any more. */
  withdraw(sourceId: number): void {
    this.#database.prepare("DELETE FROM push WHERE source_id = ?").run(sourceId);
  }

  ofSource(sourceId: number): Push | undefined {
    return toPush(this.#database.prepare("SELECT * FROM push WHERE source_id = ?").get(sourceId));
  }

  byKey(key: string): Push | undefined {
    return toPush(this.#database.prepare("SELECT * FROM push WHERE key = ?").get(key));
  }

  list(): readonly Push[] {
    return this.#database
      .prepare("SELECT * FROM push ORDER BY source_id")
      .all()
      .flatMap((row) => toPush(row) ?? []);
  }

  change(sourceId: number, change: PushChange): void {
    const sets = Object.entries(change).map(([key, value]) => ({
      column: COLUMNS[key as keyof typeof COLUMNS],
      value: value ?? null,
    }));
    const text = sets.map(({ column }) => `${column} = ?`).join(", ");
    this.#database
      .prepare(`UPDATE push SET ${text} WHERE source_id = ?`)
      .run(...sets.map(({ value }) => value), sourceId);
  }

  /** Hubs of active sources that are to be asked, or asked again before what was agreed ends. */
  due(nowMs: number, limit: number): readonly Push[] {
    return this.#database
      .prepare(
        `SELECT push.* FROM push JOIN source ON source.id = source_id
         WHERE next_try_ms <= ? AND source.status = 'active' ORDER BY next_try_ms LIMIT ?`,
      )
      .all(nowMs, limit)
      .flatMap((row) => toPush(row) ?? []);
  }

  nextDueMs(): number | undefined {
    const row = this.#database
      .prepare(
        "SELECT min(next_try_ms) AS at FROM push JOIN source ON source.id = source_id WHERE source.status = 'active'",
      )
      .get();
    return typeof row?.at === "number" ? row.at : undefined;
  }

  /** Takes a hub for a request; false where another process has. */
  claim({ sourceId, nextTryMs, status, tries }: Push, untilMs: number): boolean {
    const { changes } = this.#database
      .prepare("UPDATE push SET next_try_ms = ?, tries = ?, status = ? WHERE source_id = ? AND next_try_ms = ?")
      // What has been agreed holds while it is renewed.
      .run(untilMs, tries + 1, status === "active" ? "active" : "asked", sourceId, nextTryMs);
    return Number(changes) > 0;
  }
}

function toPush(row: Readonly<Record<string, unknown>> | undefined): Push | undefined {
  if (row === undefined) return undefined;
  const number = (column: string): number | undefined => (row[column] === null ? undefined : Number(row[column]));
  return {
    sourceId: Number(row.source_id),
    key: String(row.key),
    secret: String(row.secret),
    hub: String(row.hub),
    topic: String(row.topic),
    status: String(row.status) as PushStatus,
    untilMs: number("until_ms"),
    nextTryMs: Number(row.next_try_ms),
    tries: Number(row.tries),
    problem: row.problem === null ? undefined : String(row.problem),
    toldMs: number("told_ms"),
    toldGapMs: Number(row.told_gap_ms),
  };
}
