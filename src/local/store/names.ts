import type { DatabaseSync } from "node:sqlite";
import { addToSum, nameSum, Sum } from "./record-check.ts";

export type NameKind = "source" | "category";

/** Names by id; ids are dense and 0 is the empty name. */
export function readNames(database: DatabaseSync, kind: NameKind): string[] {
  const names = [""];
  for (const row of database.prepare(`SELECT id, name FROM ${kind} ORDER BY id`).iterate())
    names[Number(row.id)] = String(row.name);
  return names;
}

/** How many names there are of each kind, the empty one left out. */
export interface NameCounts {
  readonly sources: number;
  readonly categories: number;
}

export function countNames(database: DatabaseSync): NameCounts {
  const count = (kind: NameKind): number =>
    Number(database.prepare(`SELECT count(*) AS names FROM ${kind} WHERE id > 0`).get()?.names);
  return { sources: count("source"), categories: count("category") };
}

/** Gives each distinct name (of sources, of categories) a small id, for a writer. */
export class NameTable {
  readonly #kind: NameKind;
  readonly #ids: Map<string, number>;
  /** How many ids the database knows. */
  #stored: number;

  constructor(database: DatabaseSync, kind: NameKind) {
    this.#kind = kind;
    this.#ids = new Map(readNames(database, kind).map((name, id) => [name, id]));
    this.#stored = this.#ids.size;
  }

  idOf(name: string | undefined): number {
    const known = this.#ids.get(name ?? "");
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(name ?? "", id);
    return id;
  }

  /** Inserts the names that are new since the last commit. A failed transaction inserts them again next time. */
  store(database: DatabaseSync): void {
    const insert = database.prepare(`INSERT OR IGNORE INTO ${this.#kind} (id, name) VALUES (?, ?)`);
    const added = new Sum();
    for (const [name, id] of [...this.#ids].slice(this.#stored))
      if (insert.run(id, name).changes === 1) added.add(nameSum(this.#kind, id, name));
    addToSum(database, "names_sum", added);
  }

  committed(): void {
    this.#stored = this.#ids.size;
  }
}
