import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { AppError } from "../../errors.ts";
import type { Alert } from "../alert.ts";
import { AlertStore } from "./alert-store.ts";
import { alertsPath, LATEST_ALERTS_VERSION } from "./alerts-database.ts";

export interface InspectedAlert extends Alert {
  /** Messages that were given up. */
  readonly givenUp: number;
  /** Since when the oldest message waits; undefined: none does. */
  readonly waitingSinceMs: number | undefined;
}

/**
 * Which searches are followed and what of them did not arrive, after a check of their database. Makes no file where nobody has it open.
 * @throws AppError `io` for one that is damaged or cannot be read, `archive-version` for one that a later version made
 */
export function inspectAlerts(folder: string): readonly InspectedAlert[] {
  const path = alertsPath(folder);
  const url = pathToFileURL(path);
  // Nobody has it open: it is read as a file that nobody writes, beside which SQLite makes none.
  if (!existsSync(`${path}-shm`) && !existsSync(`${path}-wal`)) url.search = "?immutable=1";
  try {
    using database = new DatabaseSync(url, { readOnly: true });
    const [{ quick_check: found } = {}] = database.prepare("PRAGMA quick_check(1)").all();
    if (found !== "ok") throw new AppError("io", `What is followed is damaged in ${path}: ${String(found)}.`);
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
    if (version > LATEST_ALERTS_VERSION)
      throw new AppError("archive-version", `${path} was made by a later version of wenxun; use that one.`);
    const counts = database.prepare(
      `SELECT sum(status = 'failed') AS givenUp, min(CASE WHEN status = 'waiting' THEN created_ms END) AS since
       FROM delivery WHERE alert_id = ?`,
    );
    return new AlertStore(database).list().map((alert) => {
      const { givenUp, since } = counts.get(alert.id) ?? {};
      return { ...alert, givenUp: Number(givenUp ?? 0), waitingSinceMs: typeof since === "number" ? since : undefined };
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError("io", `Followed searches cannot be read in ${path}: ${reason}.`, { cause: error });
  }
}
