import { emptyJournal, eraseRemoved, hasErasable } from "../store/commit-record.ts";
import type { WriteSession } from "./write-session.ts";

/**
 * Takes the texts of removed articles out of the database and its journal, where they could be read until now. Earlier snapshots lose
 * them too.
 */
export function eraseTexts(session: WriteSession): void {
  if (hasErasable(session.database)) session.commit().change(eraseRemoved).make();
  emptyJournal(session.database);
}
