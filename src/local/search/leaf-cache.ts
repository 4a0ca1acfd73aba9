import { LruMap } from "../../collections/lru-map.ts";
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
  readonly #findings: LruMap<LeafFindings>;

  constructor(capacity = 32) {
    this.#findings = new LruMap({ maxWeight: capacity });
  }

  /** @param leaf names what is looked for, and where in an article */
  of(snapshot: Snapshot, leaf: string): LeafFindings {
    return this.#findings.getOrMake(`${snapshot.name}\n${leaf}`, () => ({ holds: new Map() }));
  }
}
