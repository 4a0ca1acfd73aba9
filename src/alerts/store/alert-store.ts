import { randomBytes } from "node:crypto";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { ALL_IDS, type IdPage } from "../../collections/id-page.ts";
import type { Alert, AlertLanguage, AlertSecrets, AlertStatus, Channel, NewAlert, Rhythm } from "../alert.ts";
import { nextDigestMs } from "../delivery/next-digest.ts";
import type { FollowedSearch } from "../followed-search.ts";
import { inOneGo } from "./alerts-database.ts";

/** Columns that change, by the names that {@link Alert} has for them. */
const COLUMNS = {
  status: "status",
  problem: "problem",
  sinceSequence: "since_sequence",
  nextDigestMs: "next_digest_ms",
  sentMs: "sent_ms",
  failures: "failures",
} as const;

export type AlertChange = Partial<Pick<Alert, keyof typeof COLUMNS>>;

/** Searches that are followed. */
export class AlertStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  add(alert: NewAlert, nowMs: number): { readonly alert: Alert; readonly secrets: AlertSecrets } {
    const { search, channel, address, rhythm, digestMinute, timezone, language, sinceSequence } = alert;
    const name = alert.name ?? (search.query.trim() || "every article");
    const signingSecret = channel === "webhook" ? `whsec_${randomBytes(24).toString("base64")}` : undefined;
    const key = randomBytes(24).toString("base64url");
    const id = this.#changing(() => {
      const row: Record<string, SQLInputValue> = {
        name: name.slice(0, 200),
        search: JSON.stringify(search),
        in_pieces: alert.inPieces ? 1 : 0,
        channel,
        address,
        rhythm,
        digest_minute: digestMinute,
        timezone,
        language,
        status: "active",
        since_sequence: sinceSequence,
        added_ms: nowMs,
        next_digest_ms: nextDigestMs(alert, nowMs) ?? null,
        signing_secret: signingSecret ?? null,
        key,
      };
      const { lastInsertRowid } = this.#database
        .prepare(
          `INSERT INTO alert (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row)
            .map(() => "?")
            .join(", ")})`,
        )
        .run(...Object.values(row));
      return Number(lastInsertRowid);
    });
    const added = this.byId(id);
    if (added === undefined) throw new Error("an alert that was added is not there");
    return { alert: added, secrets: { signingSecret, key } };
  }

  list({ afterId, limit }: IdPage = ALL_IDS): Alert[] {
    const rows = this.#database.prepare("SELECT * FROM alert WHERE id > ? ORDER BY id LIMIT ?").all(afterId, limit);
    return rows.map(toAlert);
  }

  count(): number {
    return Number(this.#database.prepare("SELECT count(*) AS alerts FROM alert").get()?.alerts);
  }

  byId(id: number): Alert | undefined {
    const row = this.#database.prepare("SELECT * FROM alert WHERE id = ?").get(id);
    return row && toAlert(row);
  }

  /** The alert of a link to unsubscribe. */
  byKey(key: string): Alert | undefined {
    const row = this.#database.prepare("SELECT * FROM alert WHERE key = ?").get(key);
    return row && toAlert(row);
  }

  secretsOf(id: number): AlertSecrets | undefined {
    const row = this.#database.prepare("SELECT signing_secret, key FROM alert WHERE id = ?").get(id);
    if (row === undefined) return undefined;
    return {
      signingSecret: row.signing_secret === null ? undefined : String(row.signing_secret),
      key: String(row.key),
    };
  }

  change(id: number, change: AlertChange): void {
    const names = (Object.keys(change) as (keyof typeof COLUMNS)[]).filter((name) => name in COLUMNS);
    if (names.length === 0) return;
    const values = names.map((name): SQLInputValue => change[name] ?? null);
    const update = (): void => {
      const set = names.map((name) => `${COLUMNS[name]} = ?`).join(", ");
      this.#database.prepare(`UPDATE alert SET ${set} WHERE id = ?`).run(...values, id);
    };
    if ("status" in change || "sinceSequence" in change) this.#changing(update);
    else update();
  }

  /** It is told of what comes from now on, or goes on being told. @param head last article of the archive */
  resume(alert: Alert, head: number, nowMs: number): void {
    if (alert.status === "active") return;
    const change = { sinceSequence: head, nextDigestMs: nextDigestMs(alert, nowMs), failures: 0, problem: undefined };
    this.change(alert.id, { status: "active", ...change });
  }

  /** It, its notices and its deliveries are gone. */
  remove(id: number): void {
    this.#changing(() => {
      for (const table of ["notice", "delivery", "query_vector"])
        this.#database.prepare(`DELETE FROM ${table} WHERE alert_id = ?`).run(id);
      this.#database.prepare("DELETE FROM alert WHERE id = ?").run(id);
    });
  }

  /** Changes whenever another set of searches is to be matched, in whatever process. */
  revision(): number {
    return Number(this.#database.prepare("SELECT number FROM revision").get()?.number);
  }

  #changing<T>(change: () => T): T {
    return inOneGo(this.#database, () => {
      const result = change();
      this.#database.exec("UPDATE revision SET number = number + 1");
      return result;
    });
  }
}

const optional = (value: unknown): number | undefined => (value === null ? undefined : Number(value));

function toAlert(row: Record<string, unknown>): Alert {
  return {
    id: Number(row.id),
    name: String(row.name),
    search: JSON.parse(String(row.search)) as FollowedSearch,
    inPieces: row.in_pieces === 1,
    channel: row.channel as Channel,
    address: String(row.address),
    rhythm: row.rhythm as Rhythm,
    digestMinute: Number(row.digest_minute),
    timezone: String(row.timezone),
    language: row.language as AlertLanguage,
    status: row.status as AlertStatus,
    problem: row.problem === null ? undefined : String(row.problem),
    sinceSequence: Number(row.since_sequence),
    addedMs: Number(row.added_ms),
    nextDigestMs: optional(row.next_digest_ms),
    sentMs: optional(row.sent_ms),
    failures: Number(row.failures),
  };
}
