import type { Snapshot } from "../read/snapshot.ts";

/** What is known of a phrase or word in one snapshot. */
export interface LeafFindings {
  /** Whether the article at a place holds it, where its text was read. */
  readonly holds: Map<number, boolean>;
  /** Live rows of the whole snapshot that hold all of its terms, once they were counted. */
  candidates?: number;
}

/** Keeps what the texts of articles say of the last few phrases and words: a page, its next one and its filters read each once. */
export class LeafCache {
  readonly #capacity: number;
  readonly #findings = new Map<string, LeafFindings>();

  constructor(capacity = 32) {
    this.#capacity = capacity;
  }

  /** @param leaf names what is looked for, and where in an article */
  of(snapshot: Snapshot, leaf: string): LeafFindings {
    const key = `${snapshot.name}\n${leaf}`;
    const findings = this.#findings.get(key) ?? { holds: new Map() };
    this.#findings.delete(key);
    this.#findings.set(key, findings);
    for (const oldest of this.#findings.keys()) {
      if (this.#findings.size <= this.#capacity) break;
      this.#findings.delete(oldest);
    }
    return findings;
  }
}
