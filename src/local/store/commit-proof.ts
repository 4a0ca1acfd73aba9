import { readMark } from "./commit-mark.ts";

/** How long what was found is taken for granted. */
const LOOK_EVERY_MS = 1000;

/** Whether the note of the last commit lies beside the database, looked at again while the archive is open. */
export class CommitProof {
  readonly #folder: string;
  #lookedAtMs = -Infinity;
  #wasSeen = false;
  /** Looks in a row that did not find it. */
  #misses = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The note of a first commit is written a moment after the commit; so, once the archive was sound, one look is not enough to miss it.
   * @param commit the last one that is known of; 0 where there was none, which leaves no note
   */
  isThere(commit: number, nowMs = Date.now()): boolean {
    if (commit === 0) this.#wasSeen = true;
    else if (Math.abs(nowMs - this.#lookedAtMs) >= LOOK_EVERY_MS) this.#look(nowMs);
    return this.#misses <= (this.#wasSeen ? 1 : 0);
  }

  #look(nowMs: number): void {
    const isThere = typeof readMark(this.#folder) === "number";
    this.#lookedAtMs = nowMs;
    this.#wasSeen ||= isThere;
    this.#misses = isThere ? 0 : this.#misses + 1;
  }
}
