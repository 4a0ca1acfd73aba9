import type { TSchema } from "typebox";
import { DATA_SHAPES } from "./data-shapes.ts";

/** What a schema says of itself, as far as it is shown. */
interface Shown {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly TSchema[];
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: unknown;
}

/** Objects that lie deeper are described elsewhere, by the API. */
const MAX_DEPTH = 2;

/** A shape as TypeScript would write it, in one line. */
export function toNotation(schema: TSchema, depth = 0): string {
  const { type, enum: values, anyOf, items, properties, required = [] }: Shown = schema;
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (anyOf !== undefined) return anyOf.map((one) => toNotation(one, depth)).join(" | ");
  if (type === "array") {
    const item = items === undefined ? "unknown" : toNotation(items, depth);
    return item.includes(" | ") && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
  }
  if (properties !== undefined) {
    if (depth === MAX_DEPTH) return "{ … }";
    const fields = Object.entries(properties).map(
      ([name, field]) => `${name}${required.includes(name) ? "" : "?"}: ${toNotation(field, depth + 1)}`,
    );
    return `{ ${fields.join(", ")} }`;
  }
  if (type === "object") return "{ … }";
  return type === "integer" ? "number" : (type ?? "unknown");
}

/** The part of docs/CLI.md that says what each command writes. */
export function describeDataShapes(): string {
  return Object.entries(DATA_SHAPES)
    .map(([name, { json, line, told }]) => {
      if (told !== undefined) return `- \`wenxun ${name} --json\`: ${told}; a line of \`--jsonl\`: one of its \`hits\``;
      const whole = `- \`wenxun ${name} --json\`: \`${toNotation(json)}\``;
      if (json === line) return whole;
      const item = (json as Shown).type === "array" ? "an item of the list" : `\`${toNotation(line)}\``;
      return `${whole}; a line of \`--jsonl\`: ${item}`;
    })
    .join("\n");
}
