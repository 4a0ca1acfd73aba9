import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ALL_IDS, type IdPage } from "../../collections/id-page.ts";
import type { Clock } from "../../fetch/clock.ts";
import { ASKING_MS, FIRST_INTERVAL_MS, MAX_INTERVAL_MS, MIN_INTERVAL_MS } from "../next-check.ts";
import type { CheckedSource, SourceKindName, SourceState } from "../source.ts";

/** Whether pages of articles are read for their text: `auto` where the feed gives little of it. */
export const FULL_TEXT_CHOICES = ["auto", "always", "never"] as const;
export type FullText = (typeof FULL_TEXT_CHOICES)[number];

export type SourceStatus = "active" | "paused" | "stopped";

/** Something that is followed. */
export interface FollowedSource extends CheckedSource {
  readonly id: number;
  readonly kind: SourceKindName;
  /** Given by whoever follows it. */
  readonly name: string | undefined;
  /** What it calls itself. */
  readonly title: string | undefined;
  readonly fullText: FullText;
  /** `stopped`: it is gone for good, or a double of another; `problem` says which. */
  readonly status: SourceStatus;
  readonly nextCheckMs: number;
  /** The same by the clock that nobody can set, since the machine was started; undefined where it may be asked at once. */
  readonly steadyDueMs: number | undefined;
  readonly intervalMs: number;
  /** What it asked for last: it is not asked again before, whatever happens. */
  readonly askedWaitMs: number;
  readonly movedTo: string | undefined;
  readonly movedCount: number;
  readonly addedMs: number;
  readonly checkedMs: number | undefined;
  readonly succeededMs: number | undefined;
  /** When it showed something new last. */
  readonly changedMs: number | undefined;
  /** In a row. */
  readonly failures: number;
  /** Why the last check failed, in words. */
  readonly problem: string | undefined;
  /** What is to be known although the last check went well. */
  readonly notice: string | undefined;
  /** When articles were probably missed last. */
  readonly missedMs: number | undefined;
  readonly checks: number;
  /** Articles that came from it. */
  readonly articles: number;
}

export interface NewSource {
  readonly kind: SourceKindName;
  readonly address: string;
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly fullText?: FullText | undefined;
  readonly afterwards?: CheckedSource["afterwards"] | undefined;
}

/** Columns that change, by the names that {@link FollowedSource} has for them. */
const COLUMNS = {
  address: "address",
  name: "name",
  title: "title",
  status: "status",
  nextCheckMs: "next_check_ms",
  steadyDueMs: "steady_due_ms",
  intervalMs: "interval_ms",
  askedWaitMs: "asked_wait_ms",
  movedTo: "moved_to",
  movedCount: "moved_count",
  checkedMs: "checked_ms",
  succeededMs: "succeeded_ms",
  changedMs: "changed_ms",
  failures: "failures",
  problem: "problem",
  notice: "notice",
  missedMs: "missed_ms",
  checks: "checks",
  articles: "articles",
} as const;

export type SourceChange = { readonly [Key in keyof typeof COLUMNS]?: FollowedSource[Key] } & {
  readonly state?: SourceState;
};

/** What is followed, and when it is looked at next. */
export class SourceStore {
  readonly #database: DatabaseSync;
  /** The time of the last look; at first the clock may have been set back while nobody looked. */
  #latestMs = Infinity;
  readonly #due: StatementSync;
  readonly #nextDue: StatementSync;
  readonly #claim: StatementSync;
  readonly #byId: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#due = database.prepare(
      "SELECT * FROM source WHERE status = 'active' AND next_check_ms <= ? ORDER BY next_check_ms LIMIT ?",
    );
    this.#nextDue = database.prepare("SELECT min(next_check_ms) AS at FROM source WHERE status = 'active'");
    this.#claim = database.prepare(
      "UPDATE source SET next_check_ms = ?, steady_due_ms = ? WHERE id = ? AND next_check_ms = ? AND status = 'active'",
    );
    this.#byId = database.prepare("SELECT * FROM source WHERE id = ?");
  }

  /** Adds a source that is due at once, or gives the one that has this address already. */
  add(source: NewSource, nowMs: number): { readonly source: FollowedSource; readonly isNew: boolean } {
    const { kind, address, name, title, fullText = "auto", afterwards = "keep" } = source;
    const { changes } = this.#database
      .prepare(
        `INSERT INTO source (kind, address, name, title, full_text, afterwards, status, next_check_ms, interval_ms, added_ms)
         VALUES (?, ?, ?, ?, ?, ?, 'active', ?, ?, ?) ON CONFLICT (address) DO NOTHING`,
      )
      .run(kind, address, name ?? null, title ?? null, fullText, afterwards, nowMs, FIRST_INTERVAL_MS, nowMs);
    const row = this.#database.prepare("SELECT * FROM source WHERE address = ?").get(address);
    return { source: toSource(row), isNew: Number(changes) > 0 };
  }

  list({ afterId, limit }: IdPage = ALL_IDS): readonly FollowedSource[] {
    const rows = this.#database.prepare("SELECT * FROM source WHERE id > ? ORDER BY id LIMIT ?").all(afterId, limit);
    return rows.map(toSource);
  }

  byId(id: number): FollowedSource | undefined {
    const row = this.#byId.get(id);
    return row === undefined ? undefined : toSource(row);
  }

  byAddress(address: string): FollowedSource | undefined {
    const row = this.#database.prepare("SELECT * FROM source WHERE address = ?").get(address);
    return row === undefined ? undefined : toSource(row);
  }

  change(id: number, change: SourceChange): void {
    const { state, ...columns } = change;
    const sets = Object.entries(columns).map(([key, value]) => ({
      column: COLUMNS[key as keyof typeof COLUMNS],
      value: value ?? null,
    }));
    if (state !== undefined) sets.push({ column: "state" as never, value: JSON.stringify(state) });
    if (sets.length === 0) return;
    const text = sets.map(({ column }) => `${column} = ?`).join(", ");
    this.#database.prepare(`UPDATE source SET ${text} WHERE id = ?`).run(...sets.map(({ value }) => value), id);
  }

  /** Forgets a source. Its articles stay, and what was seen of them, so that following it again doubles nothing. */
  remove(id: number): void {
    this.#database.prepare("DELETE FROM page WHERE source_id = ?").run(id);
    this.#database.prepare("DELETE FROM push WHERE source_id = ?").run(id);
    this.#database.prepare("DELETE FROM source WHERE id = ?").run(id);
  }

  /** Sources whose time has come, the longest due first. */
  due(nowMs: number, limit: number): readonly FollowedSource[] {
    if (nowMs < this.#latestMs) this.#mendClock(nowMs);
    this.#latestMs = nowMs;
    return this.#due.all(nowMs, limit).map(toSource);
  }

  /** What was looked at in the future was so before the clock was set back: it waits as long as it would have. */
  #mendClock(nowMs: number): void {
    this.#database
      .prepare(
        `UPDATE source SET next_check_ms = ? + max(interval_ms, asked_wait_ms), checked_ms = ?
         WHERE status = 'active' AND checked_ms > ?`,
      )
      .run(nowMs, nowMs, nowMs);
    this.#database
      .prepare("UPDATE source SET next_check_ms = ?, added_ms = ? WHERE checked_ms IS NULL AND added_ms > ?")
      .run(nowMs, nowMs, nowMs);
  }

  /** When the next source is due; undefined where none will be. */
  nextDueMs(): number | undefined {
    const row = this.#nextDue.get();
    return typeof row?.at === "number" ? row.at : undefined;
  }

  /**
   * Takes a source for a check, so that no other process checks it too: false where one has. If this process ends, the source is due again
   * after the shortest time in which it may be asked.
   */
  claim(source: FollowedSource, { nowMs, steadyMs }: Moment): boolean {
    const waitMs = ASKING_MS + Math.max(MIN_INTERVAL_MS, Math.min(source.askedWaitMs, MAX_INTERVAL_MS));
    const { changes } = this.#claim.run(nowMs() + waitMs, steadyMs() + waitMs, source.id, source.nextCheckMs);
    return Number(changes) > 0;
  }
}

/** What the time is, by both clocks. */
export type Moment = Pick<Clock, "nowMs" | "steadyMs">;

type SqlRow = Readonly<Record<string, unknown>>;

function toSource(row: SqlRow | undefined): FollowedSource {
  if (row === undefined) throw new Error("a source that was added is not there");
  const text = (column: string): string | undefined => (row[column] === null ? undefined : String(row[column]));
  const number = (column: string): number | undefined => (row[column] === null ? undefined : Number(row[column]));
  return {
    id: Number(row.id),
    kind: String(row.kind) as SourceKindName,
    address: String(row.address),
    name: text("name"),
    title: text("title"),
    fullText: String(row.full_text) as FullText,
    afterwards: String(row.afterwards) as CheckedSource["afterwards"],
    status: String(row.status) as SourceStatus,
    state: JSON.parse(String(row.state)) as SourceState,
    nextCheckMs: Number(row.next_check_ms),
    steadyDueMs: number("steady_due_ms"),
    intervalMs: Number(row.interval_ms),
    askedWaitMs: Number(row.asked_wait_ms),
    movedTo: text("moved_to"),
    movedCount: Number(row.moved_count),
    addedMs: Number(row.added_ms),
    checkedMs: number("checked_ms"),
    succeededMs: number("succeeded_ms"),
    changedMs: number("changed_ms"),
    failures: Number(row.failures),
    problem: text("problem"),
    notice: text("notice"),
    missedMs: number("missed_ms"),
    checks: Number(row.checks),
    articles: Number(row.articles),
  };
}
