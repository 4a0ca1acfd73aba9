import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";

/**
 * SQLite checks the shape of its pages, not what stands in them. Texts have a hash each; this is the checksum of all the rest:
 * settings and segments, which are few and summed up at each commit, and names and dead rows, which may be many and have
 * sums that are kept up to date row by row. Archives made before there were any go unchecked.
 */
const RECORD_SETTING = "record_crc32";
export type RowSum = "names_sum" | "dead_sum";

/** Exclusive or of the rows' checksums, so their order does not matter and a row is taken out as it was put in. */
export class Sum {
  value = 0;

  add(part: number): void {
    this.value = (this.value ^ part) >>> 0;
  }
}

export const nameSum = (kind: "source" | "category", id: number, name: string): number =>
  crc32(`${kind} ${id} ${name}`);

export function deadRowSum(segmentId: number, row: number): number {
  let mixed = Math.imul(segmentId, 0x9e3779b1) ^ Math.imul(row + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** What the settings of a new archive begin with. */
export const EMPTY_SUMS: Readonly<Record<string, number>> = { names_sum: 0, dead_sum: 0, [RECORD_SETTING]: 0 };

/** Brings a sum up to date with rows that were put in or taken out. */
export function addToSum(database: DatabaseSync, name: RowSum, { value }: Sum): void {
  if (value === 0) return;
  const stored = readNumber(database, name);
  if (stored !== undefined) writeNumber(database, name, (stored ^ value) >>> 0);
}

/** Sums up the dead rows anew, after they were renumbered. */
export function renewDeadSum(database: DatabaseSync): void {
  if (readNumber(database, "dead_sum") !== undefined) writeNumber(database, "dead_sum", sumDeadRows(database).value);
}

/** To be called at the end of each transaction that changes the record. */
export function sealRecord(database: DatabaseSync): void {
  if (readNumber(database, RECORD_SETTING) !== undefined) writeNumber(database, RECORD_SETTING, recordCrc(database));
}

export interface RecordDamage {
  readonly what: string;
  /** False where only a backup helps. */
  readonly isMendable: boolean;
}

/** What in the commit record is not as it was committed; to be called within a transaction. Empty: nothing. */
export function findRecordDamage(database: DatabaseSync): RecordDamage[] {
  const stored = readNumber(database, RECORD_SETTING);
  if (stored === undefined) return [];
  const damage: RecordDamage[] = [];
  const report = (what: string, isMendable: boolean): number =>
    damage.push({ what: `${what} not what was committed`, isMendable });
  if (stored !== recordCrc(database)) report("the settings or the list of segments are", false);
  if (readNumber(database, "names_sum") !== sumNames(database).value)
    report("the names of sources or categories are", false);
  // Which rows are dead can be told from the articles.
  if (readNumber(database, "dead_sum") !== sumDeadRows(database).value) report("the list of dead rows is", true);
  return damage;
}

function recordCrc(database: DatabaseSync): number {
  let crc = 0;
  for (const query of [
    `SELECT name, value FROM setting WHERE name <> '${RECORD_SETTING}' ORDER BY name`,
    "SELECT id, encoder, rows, bytes, footer_crc32, staged_for FROM segment ORDER BY id",
  ])
    for (const row of database.prepare(query).iterate()) crc = crc32(JSON.stringify(Object.values(row)), crc);
  return crc;
}

function sumNames(database: DatabaseSync): Sum {
  const sum = new Sum();
  for (const kind of ["source", "category"] as const)
    for (const { id, name } of database.prepare(`SELECT id, name FROM ${kind}`).iterate())
      sum.add(nameSum(kind, Number(id), String(name)));
  return sum;
}

function sumDeadRows(database: DatabaseSync): Sum {
  const sum = new Sum();
  for (const { segment_id, row } of database.prepare("SELECT segment_id, row FROM dead").iterate())
    sum.add(deadRowSum(Number(segment_id), Number(row)));
  return sum;
}

function readNumber(database: DatabaseSync, name: string): number | undefined {
  const row = database.prepare("SELECT value FROM setting WHERE name = ?").get(name);
  return row === undefined ? undefined : Number(row.value);
}

function writeNumber(database: DatabaseSync, name: string, value: number): void {
  database.prepare("UPDATE setting SET value = ? WHERE name = ?").run(String(value), name);
}
