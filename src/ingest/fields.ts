import { AppError } from "../errors.ts";

/** What of an article is read from a record. */
export const FIELDS = ["id", "title", "body", "url", "source", "category", "published"] as const;
export type Field = (typeof FIELDS)[number];

/** Where a field is, by `--map`: a name or a dotted path; the empty string reads the field from nowhere. */
export type FieldMap = Partial<Record<Field, string>>;

/**
 * Reads `--map title=headline,published=data.date`, given once or several times.
 * @throws AppError `usage` for a field that an article does not have, or a pair without `=`.
 */
export function parseFieldMap(texts: readonly string[]): FieldMap {
  const map: FieldMap = {};
  for (const pair of texts.flatMap((text) => text.split(","))) {
    if (pair.trim() === "") continue;
    const equals = pair.indexOf("=");
    const field = FIELDS.find((name) => name === pair.slice(0, equals).trim().toLowerCase());
    if (equals === -1 || field === undefined) {
      throw new AppError(
        "usage",
        `"${pair.trim()}" does not say where a field is; the fields are ${FIELDS.join(", ")}.`,
        {
          remedy: {
            code: "option-takes",
            option: "map",
            takes: "FIELD=NAME pairs such as title=headline,published=data.date",
          },
        },
      );
    }
    map[field] = pair.slice(equals + 1).trim();
  }
  return map;
}
