import { fromJsonSchema } from "@modelcontextprotocol/server";
import type { TObject } from "typebox";

type Schema = ReturnType<typeof fromJsonSchema<Record<string, unknown>>>;

/** Compiled once, not for each request that is served. */
const schemas = new WeakMap<TObject, Schema>();

/** A schema as the SDK reads it. It names an argument that there is none of, and those that there are: who misspells one finds it. */
export function toSchema(schema: TObject): Schema {
  const known = schemas.get(schema);
  if (known !== undefined) return known;
  const { "~standard": standard } = fromJsonSchema<Record<string, unknown>>(JSON.parse(JSON.stringify(schema)));
  const isClosed = "additionalProperties" in schema && schema.additionalProperties === false;
  const names = Object.keys(schema.properties);
  const made: Schema = {
    "~standard": {
      ...standard,
      validate: (value, options) => {
        const unknown = isClosed ? Object.keys(value ?? {}).find((name) => !names.includes(name)) : undefined;
        if (unknown === undefined) return standard.validate(value, options);
        const wanted = names.length === 0 ? "it takes none" : `wanted one of ${names.join(", ")}`;
        return { issues: [{ message: `there is no argument ${JSON.stringify(unknown.slice(0, 40))}: ${wanted}` }] };
      },
    },
  };
  schemas.set(schema, made);
  return made;
}
