import { fromJsonSchema } from "@modelcontextprotocol/server";
import type { TObject } from "typebox";

type Schema = ReturnType<typeof fromJsonSchema<Record<string, unknown>>>;

type PlainSchema = Parameters<typeof fromJsonSchema>[0];

/**
 * What may be given, as the SDK reads it: compiled when something is given first, since that takes up to a tenth of a second. It names an argument
 * that there is none of, and those that there are: who misspells one finds it.
 */
export const toInputSchema = keepMade((schema) => {
  const plain = toPlain(schema);
  const isClosed = "additionalProperties" in schema && schema.additionalProperties === false;
  const names = Object.keys(schema.properties);
  let compiled: Schema | undefined;
  return toSchema(plain, (value, options) => {
    const unknown = isClosed ? Object.keys(value ?? {}).find((name) => !names.includes(name)) : undefined;
    if (unknown === undefined) {
      compiled ??= fromJsonSchema<Record<string, unknown>>(plain);
      return compiled["~standard"].validate(value, options);
    }
    const wanted = names.length === 0 ? "it takes none" : `wanted one of ${names.join(", ")}`;
    return { issues: [{ message: `there is no argument ${JSON.stringify(unknown.slice(0, 40))}: ${wanted}` }] };
  });
});

/** What a tool of ours answers: described, and not checked again with each answer, as the compiler has checked the code that makes it. */
export const toOutputSchema = keepMade((schema) =>
  toSchema(toPlain(schema), (value) => ({ value: value as Record<string, unknown> })),
);

/** A schema is made once, not for each request that is served. */
function keepMade(make: (schema: TObject) => Schema): (schema: TObject) => Schema {
  const kept = new WeakMap<TObject, Schema>();
  return (schema) => {
    const made = kept.get(schema) ?? make(schema);
    kept.set(schema, made);
    return made;
  };
}

const toPlain = (schema: TObject): PlainSchema => JSON.parse(JSON.stringify(schema));

const toSchema = (plain: PlainSchema, validate: Schema["~standard"]["validate"]): Schema => ({
  "~standard": { version: 1, vendor: "wenxun", jsonSchema: { input: () => plain, output: () => plain }, validate },
});
