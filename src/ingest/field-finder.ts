import { type Place, usualPlace } from "./field-names.ts";
import { type FieldPlan, NO_PLAN, planFields } from "./field-plan.ts";
import { FIELDS, type Field, type FieldMap } from "./fields.ts";
import { isEmpty } from "./values.ts";

/** A value that may be a field of an article, with the name it stands under. */
export interface Candidate {
  readonly name: string;
  readonly value: unknown;
  /** Clocks of a date in it stand in UTC. */
  readonly isUtc: boolean;
  /** It stands in where nothing better is there. */
  readonly isWeak: boolean;
}

export type Found = Readonly<Record<Field, readonly Candidate[]>>;

/** How well its name says what it is: the lowest rank goes first. */
interface RankedCandidate extends Candidate {
  readonly rank: number;
}

/** How often a name was taken for a field. */
export interface FieldUse {
  readonly field: Field;
  readonly name: string;
  readonly articles: number;
  /** Found by what stands under it, not by its name. */
  readonly byContent?: true;
}

export interface FieldReport {
  /** By field, the name that was taken most often first. */
  readonly used: readonly FieldUse[];
  /** Names that held something and were taken for nothing. */
  readonly unused: readonly string[];
  /** Those of them that are names for a body: another one was taken, which is better by name or longer. */
  readonly otherBodies: readonly string[];
}

/** Names that are remembered at most; an input whose names never repeat would fill memory. */
const MAX_NAMES = 200;

/** Looks in records for the fields of an article: where `--map` says, else under every usual name, the best one first. */
export class FieldFinder {
  readonly #map: FieldMap;
  readonly #mapped: readonly Field[];
  #plan: FieldPlan = NO_PLAN;
  readonly #fieldsByContent = new Map<string, Field>();
  /** Names that held something; whether they were taken for something. */
  readonly #seen = new Map<string, boolean>();
  readonly #uses = new Map<Field, Map<string, FieldUse>>();

  constructor(map: FieldMap) {
    this.#map = map;
    this.#mapped = FIELDS.filter((field) => map[field] !== undefined);
  }

  /** Looks at the first records of an input, to find what their names do not say. */
  learn(records: readonly unknown[]): void {
    this.#plan = planFields(records, this.#map);
    this.#fieldsByContent.clear();
    for (const field of FIELDS) {
      const name = this.#plan.byContent[field];
      if (name !== undefined) this.#fieldsByContent.set(name, field);
    }
  }

  find(record: Record<string, unknown>): Found {
    const found: Record<Field, RankedCandidate[]> = {
      id: [],
      title: [],
      body: [],
      url: [],
      source: [],
      category: [],
      published: [],
    };
    const { longestBody } = this.#plan;
    for (const name of Object.keys(record)) {
      const value = record[name];
      if (!this.#seen.has(name) && this.#seen.size < MAX_NAMES && !isEmpty(value)) this.#seen.set(name, false);
      const place = usualPlace(name);
      const field = place?.field ?? this.#fieldsByContent.get(name);
      if (field === undefined || this.#map[field] !== undefined) continue;
      const rank = name === longestBody ? -1 : (place?.rank ?? Number.MAX_SAFE_INTEGER);
      found[field].push({ ...toCandidate(name, value, place), rank });
    }
    for (const field of FIELDS) if (found[field].length > 1) found[field].sort((a, b) => a.rank - b.rank);
    for (const field of this.#mapped) {
      const name = this.#map[field] ?? "";
      found[field] =
        name === "" ? [] : [{ ...toCandidate(name, lookUp(record, name), usualPlace(name)), isWeak: false, rank: 0 }];
    }
    return found;
  }

  /** Notes that a field of an article was read from a candidate. */
  use(field: Field, { name }: Candidate): void {
    const uses = this.#uses.get(field) ?? new Map<string, FieldUse>();
    this.#uses.set(field, uses);
    const before = uses.get(name);
    if (before !== undefined || uses.size < MAX_NAMES) {
      const articles = (before?.articles ?? 0) + 1;
      const isByContent = this.#fieldsByContent.get(name) === field;
      uses.set(name, isByContent ? { field, name, articles, byContent: true } : { field, name, articles });
    }
    if (this.#seen.get(name) === true) return;
    // Of a dotted path the outermost name is what the record has.
    for (const taken of [name, name.split(".")[0] ?? name]) if (this.#seen.has(taken)) this.#seen.set(taken, true);
  }

  report(): FieldReport {
    const used = FIELDS.flatMap((field) =>
      [...(this.#uses.get(field)?.values() ?? [])].sort((a, b) => b.articles - a.articles),
    );
    const unused = [...this.#seen].filter(([, isUsed]) => !isUsed).map(([name]) => name);
    const otherBodies = unused.filter((name) => usualPlace(name)?.field === "body");
    return { used, unused, otherBodies };
  }
}

const toCandidate = (name: string, value: unknown, place: Place | undefined): Candidate => ({
  name,
  value,
  isUtc: place?.isUtc ?? false,
  isWeak: place?.kind === "weak",
});

/** The value at a dotted path; a field whose own name holds the dots comes first. Undefined where there is none. */
export function lookUp(record: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(record, path)) return record[path];
  let value: unknown = record;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Names that `--map` gives (or those of them that were missing so far) which none of the records has. */
export function findMissingNames(
  records: readonly unknown[],
  map: FieldMap,
  missing: readonly string[] = Object.values(map).filter((name) => name !== ""),
): string[] {
  if (missing.length === 0) return [];
  const objects = records.filter((record) => typeof record === "object" && record !== null && !Array.isArray(record));
  return missing.filter(
    (name) => !objects.some((record) => lookUp(record as Record<string, unknown>, name) !== undefined),
  );
}
