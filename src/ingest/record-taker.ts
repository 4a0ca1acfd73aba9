import type { FieldMap } from "./fields.ts";
import { parseJson } from "./json.ts";
import {
  type Container,
  isEmptyPage,
  isObject,
  type Place,
  shapeOf,
  toHeader,
  toRows,
  unwrapRecord,
} from "./json-shape.ts";

/** What stands where a record is expected. */
export type Taken =
  | { readonly kind: "records"; readonly values: readonly unknown[] }
  | { readonly kind: "container"; readonly shape: Container }
  /** A list whose elements stand where records are expected. */
  | { readonly kind: "list" };

const NONE: Taken = { kind: "records", values: [] };

/**
 * Takes the values of one list, in order, for records: unwraps them, gives the cells of rows their names, and puts the actions of a
 * bulk request (`{"index": {"_id": "1"}}`, then the document) together with their documents.
 */
export class RecordTaker {
  readonly #map: FieldMap;
  #header: readonly string[] | undefined;
  #bulkId: unknown;

  constructor(map: FieldMap, place?: Place) {
    this.#map = map;
    this.#header = place?.header;
  }

  /** `name`: under which the value stands in an object. */
  take(value: unknown, name?: string): Taken {
    if (Array.isArray(value)) return this.#takeList(value);
    if (typeof value === "string" && value.startsWith("{")) {
      // A record that was written as JSON twice.
      const inner = parseJson(value);
      if ("value" in inner) return this.take(inner.value, name);
    }
    if (!isObject(value)) return { kind: "records", values: [value] };
    const action = bulkAction(value);
    if (action !== undefined) {
      this.#bulkId = action._id;
      return NONE;
    }
    const shape = shapeOf(value, this.#map);
    if (shape.kind === "container") return { kind: "container", shape };
    if (shape.kind === "other" && isEmptyPage(value)) return NONE;
    if (shape.kind === "columns") return { kind: "records", values: toRows(value) };
    return { kind: "records", values: [this.#identify(fromJsonFeed(unwrapRecord(value, this.#map)), name)] };
  }

  #takeList(list: readonly unknown[]): Taken {
    if (list.length === 0) return NONE;
    const isRow = list.every((cell) => typeof cell !== "object" || cell === null);
    if (!isRow) return { kind: "list" };
    if (this.#header === undefined) {
      this.#header = toHeader(list, this.#map);
      return this.#header === undefined ? { kind: "records", values: [list] } : NONE;
    }
    const header = this.#header;
    if (list.length > header.length) return { kind: "records", values: [list] };
    return { kind: "records", values: [Object.fromEntries(list.map((cell, index) => [header[index], cell]))] };
  }

  /** Gives a record the id that stands beside it, when it has none of its own. */
  #identify(value: unknown, name: string | undefined): unknown {
    const id = this.#bulkId ?? (name !== undefined && isGivenName(name) ? name : undefined);
    this.#bulkId = undefined;
    if (id === undefined || !isObject(value) || "id" in value || "_id" in value) return value;
    return { _id: id, ...value };
  }
}

/** `{"0": {…}, "1": {…}}` numbers its records; other names were given to them. */
const isGivenName = (name: string): boolean => !/^\d{1,8}$/.test(name);

/** An item of a JSON Feed says in lists who wrote it, and on what. */
function fromJsonFeed(value: unknown): unknown {
  if (!isObject(value) || !("content_text" in value || "content_html" in value)) return value;
  const { authors, tags, source, category } = value;
  if (!Array.isArray(authors) && !Array.isArray(tags)) return value;
  return {
    ...value,
    ...(source === undefined && Array.isArray(authors) && { source: authors[0] }),
    ...(category === undefined && Array.isArray(tags) && { category: tags[0] }),
  };
}

/** The action line of an Elasticsearch bulk request. */
function bulkAction(value: Record<string, unknown>): Record<string, unknown> | undefined {
  const [name, ...more] = Object.keys(value);
  if (name === undefined || more.length > 0 || !/^(?:index|create|update|delete)$/.test(name)) return undefined;
  const action = value[name];
  if (!isObject(action)) return undefined;
  const isAction = Object.keys(action).every((key) =>
    /^_(?:index|id|type|routing|version)$|^(?:routing|version|pipeline|retry_on_conflict|require_alias)/.test(key),
  );
  return isAction ? action : undefined;
}
