import { distinctTermsOf, type FoundTerm, idfOf, type Term, type TermStatistics } from "../../search/matching/words.ts";
import type { Snapshot } from "../read/snapshot.ts";

/** Looks up how many rows of a snapshot hold terms, each once. */
export class TermLookup implements TermStatistics {
  readonly rows: number;
  readonly #snapshot: Snapshot;
  readonly #found = new Map<string, FoundTerm>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    this.rows = snapshot.segments.reduce((sum, segment) => sum + segment.rows, 0);
  }

  find({ text, key }: Term): FoundTerm {
    const known = this.#found.get(text);
    if (known !== undefined) return known;
    const { rows } = this;
    const held = this.#snapshot.segments.reduce((sum, segment) => sum + segment.documentFrequency(key), 0);
    const documentFrequency = Math.min(rows, held);
    const found = { text, key, documentFrequency, idf: idfOf(documentFrequency, rows) };
    this.#found.set(text, found);
    return found;
  }

  /** Rows that hold the rarest term of a text: no more than these can hold all of it. */
  rarestFrequency(folded: string): number {
    return Math.min(...distinctTermsOf(folded).map((term) => this.find(term).documentFrequency));
  }
}
