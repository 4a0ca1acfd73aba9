import type { ClusterClient } from "../connection/cluster-client.ts";

/** A small document, with the numbers by which a change of it can be told. */
export interface MetaDocument<T> {
  readonly value: T;
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** `absent`: only where there is none yet; a document: only where it is still as it was read. */
export type Condition = "absent" | MetaDocument<unknown>;

/** The small documents beside the articles, each read and changed as one; what was written is read at once. */
export class MetaStore {
  readonly #client: ClusterClient;
  readonly #index: string;

  constructor(client: ClusterClient, index: string) {
    this.#client = client;
    this.#index = index;
  }

  async read<T>(id: string): Promise<MetaDocument<T> | undefined> {
    const { status, body } = await this.#client.request({ method: "GET", path: this.#pathOf(id) });
    if (status === 404) return undefined;
    const { _source, _seq_no, _primary_term } = body as { _source: T; _seq_no: number; _primary_term: number };
    return { value: _source, seqNo: _seq_no, primaryTerm: _primary_term };
  }

  /** False where the condition does not hold. */
  async write(id: string, value: object, condition: Condition, patienceMs?: number): Promise<boolean> {
    const query =
      condition === "absent"
        ? { op_type: "create" }
        : { if_seq_no: condition.seqNo, if_primary_term: condition.primaryTerm };
    return this.#change({ method: "PUT", path: this.#pathOf(id), body: value, query, patienceMs });
  }

  /** Writes whatever is there. */
  async put(id: string, value: object): Promise<void> {
    await this.#change({ method: "PUT", path: this.#pathOf(id), body: value });
  }

  /** False where it is not as it was read. */
  async remove(id: string, { seqNo, primaryTerm }: MetaDocument<unknown>): Promise<boolean> {
    const query = { if_seq_no: seqNo, if_primary_term: primaryTerm };
    return this.#change({ method: "DELETE", path: this.#pathOf(id), query });
  }

  async #change(request: Parameters<ClusterClient["request"]>[0]): Promise<boolean> {
    const { status } = await this.#client.request(request);
    return status !== 409;
  }

  readonly #pathOf = (id: string): string => `/${this.#index}/_doc/${encodeURIComponent(id)}`;
}
