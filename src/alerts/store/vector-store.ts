import type { DatabaseSync } from "node:sqlite";

/** Vectors of the queries that are followed, so that a start encodes none of them again. */
export class VectorStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Null where the encoder knows nothing in the query; undefined where it was not asked. */
  read(alertId: number, encoder: string): Float32Array | null | undefined {
    const row = this.#database
      .prepare("SELECT vector FROM query_vector WHERE alert_id = ? AND encoder = ?")
      .get(alertId, encoder);
    if (row === undefined) return undefined;
    if (!(row.vector instanceof Uint8Array)) return null;
    const vector = new Float32Array(row.vector.byteLength >> 2);
    new Uint8Array(vector.buffer).set(row.vector);
    return vector;
  }

  write(alertId: number, encoder: string, vector: Float32Array | undefined): void {
    const bytes = vector === undefined ? null : Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
    this.#database
      .prepare("INSERT OR REPLACE INTO query_vector (alert_id, encoder, vector) VALUES (?, ?, ?)")
      .run(alertId, encoder, bytes);
  }
}
