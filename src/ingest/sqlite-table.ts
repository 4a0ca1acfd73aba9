import type { DatabaseSync } from "node:sqlite";
import { badInput } from "./record.ts";
import { signsOf } from "./record-likeness.ts";

export interface Table {
  readonly name: string;
  readonly type: string;
  readonly columns: readonly string[];
}

export interface TableChoice {
  /** As people know the file. */
  readonly name: string;
  readonly table?: string | undefined;
  readonly mapped: readonly string[];
  readonly onRemark?: ((text: string) => void) | undefined;
}

/** Tables and columns that are listed in a message. */
const MAX_SHOWN = 12;

/**
 * The table or view that `table` names, else the one whose columns look most like an article's. Where two look equally like it,
 * whoever imports says which.
 * @throws AppError `bad-input`
 */
export function chooseTable(database: DatabaseSync, choice: TableChoice): Table {
  const { name, table, mapped, onRemark } = choice;
  const tables = listTables(database);
  if (tables.length === 0) throw badInput(`${name} holds no table.`);
  if (table !== undefined) {
    const chosen =
      tables.find((entry) => entry.name === table) ?? tables.find((entry) => isSameName(entry.name, table));
    if (chosen === undefined) throw badInput(`${name} has no table "${table}". It holds ${overview(tables)}.`);
    const missing = mapped.find((column) => !chosen.columns.includes(column));
    if (missing === undefined) return chosen;
    throw badInput(
      `Table ${chosen.name} of ${name} has no column "${missing}". It holds ${chosen.columns.join(", ")}.`,
    );
  }

  const scored = tables
    .map((entry) => ({ entry, score: scoreOf(database, entry, mapped) }))
    .filter(({ score }) => score > 0);
  const best = Math.max(...scored.map(({ score }) => score));
  const chosen = preferTables(scored.filter(({ score }) => score === best).map(({ entry }) => entry));
  const [first, ...more] = chosen;
  if (first === undefined) {
    const missing = mapped.find((column) => tables.every(({ columns }) => !columns.includes(column)));
    if (missing !== undefined)
      throw badInput(
        `${name} has no table with a column "${missing}", which the mapping names. It holds ${overview(tables)}.`,
      );
    if (mapped.length > 0)
      throw badInput(
        `${name} has no table with all columns that the mapping names: ${mapped.join(", ")}. It holds ${overview(tables)}.`,
      );
    throw badInput(`${name} has no table with a column for titles or bodies. It holds ${overview(tables)}.`, {
      remedy: { code: "set-option", option: "table", does: "says which to read" },
    });
  }
  if (more.length > 0) {
    throw badInput(
      `${name} has several tables that may hold articles: ${overview(chosen)}. Import one after the other to have all.`,
      { remedy: { code: "set-option", option: "table", value: "NAME", does: "says which" } },
    );
  }
  const others = scored.map(({ entry }) => entry).filter((entry) => entry !== first && entry.type === "table");
  if (others.length > 0) {
    onRemark?.(
      `Table ${first.name} of ${name} was read, since its columns look most like an article's; ` +
        `another can be named: ${others
          .slice(0, MAX_SHOWN)
          .map((entry) => entry.name)
          .join(", ")}.`,
    );
  }
  return first;
}

function listTables(database: DatabaseSync): Table[] {
  const listed = database
    .prepare(
      "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )
    .all() as { name: string; type: string }[];
  return listed.map((entry) => ({ ...entry, columns: columnsOf(database, entry.name) }));
}

/** A view that does not work any more, since its table is gone, has no columns. */
function columnsOf(database: DatabaseSync, table: string): string[] {
  try {
    return database
      .prepare("SELECT name FROM pragma_table_info(?)")
      .all(table)
      .map((column) => String(column.name));
  } catch {
    return [];
  }
}

function scoreOf(database: DatabaseSync, { name, columns }: Table, mapped: readonly string[]): number {
  if (mapped.length > 0 && !mapped.every((column) => columns.includes(column))) return 0;
  const { score } = signsOf(Object.fromEntries(columns.map((column) => [column, "text"])));
  const looksLikeArticles = mapped.length > 0 ? score + 1 : score;
  return looksLikeArticles > 0 && hasRows(database, name) ? looksLikeArticles + 1 : looksLikeArticles;
}

function hasRows(database: DatabaseSync, table: string): boolean {
  try {
    return database.prepare(`SELECT 1 FROM ${quoteName(table)} LIMIT 1`).get() !== undefined;
  } catch {
    return false;
  }
}

/** A view shows what a table holds; the shadow tables of a full-text index repeat it. */
function preferTables(candidates: readonly Table[]): readonly Table[] {
  const tables = candidates.filter(({ type }) => type === "table");
  const own = tables.filter(
    ({ name }) =>
      !tables.some(
        (other) =>
          other !== undefined &&
          name.startsWith(`${other.name}_`) &&
          /_(?:content|data|idx|docsize|config|segments|segdir)$/.test(name),
      ),
  );
  return own.length > 0 ? own : tables.length > 0 ? tables : candidates;
}

const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const overview = (tables: readonly Table[]): string =>
  tables
    .slice(0, MAX_SHOWN)
    .map((entry) => `${entry.name} (${entry.columns.slice(0, MAX_SHOWN).join(", ")})`)
    .join("; ");

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
