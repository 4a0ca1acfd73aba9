import assert from "node:assert/strict";
import { test } from "node:test";
import { Type as TypeBox } from "typebox";
import { Type } from "./schema.ts";

/** Written with every constructor, with and without options. */
function writeSchemas(type: typeof Type): readonly object[] {
  const word = type.String({ minLength: 1, pattern: "^a", description: "A word." });
  return [
    type.String(),
    word,
    type.Integer(),
    type.Integer({ minimum: 1, default: 3 }),
    type.Number(),
    type.Number({ maximum: 0.5 }),
    type.Boolean(),
    type.Boolean({ default: false }),
    type.Null(),
    type.Null({ description: "Nothing." }),
    type.Unknown(),
    type.Unknown({ description: "Anything." }),
    type.Literal("a"),
    type.Literal(1, { description: "One." }),
    type.Literal(true),
    type.Enum(["a", "b"]),
    type.Enum(["a", 1], { default: "a" }),
    type.Array(word),
    type.Array(word, { maxItems: 3 }),
    type.Union([word, type.Null()]),
    type.Union([type.Literal("a"), type.Literal("b")], { default: "a" }),
    type.Record(type.String(), word),
    type.Record(type.String(), type.Record(type.String(), type.Number()), { maxProperties: 3 }),
    type.Unsafe<"word">(word),
    type.Optional(word),
    type.Optional(type.Unsafe<"word">(word)),
    type.Object({}),
    type.Object({ all: type.Optional(word) }),
    type.Object({ b: word, a: type.Optional(type.Optional(word)), c: type.Integer() }, { additionalProperties: false }),
    type.Object({ deep: type.Object({ list: type.Array(type.Object({ maybe: type.Optional(type.Number()) })) }) }),
  ];
}

test("a schema is, to the order of its keys, what TypeBox makes of the same words", () => {
  const [own, theirs] = [writeSchemas(Type), writeSchemas(TypeBox)];
  for (const [at, schema] of own.entries()) assert.equal(JSON.stringify(schema), JSON.stringify(theirs[at]));
});

test("a schema that is made optional stays needed where it was used before", () => {
  const word = Type.String();
  Type.Optional(word);
  assert.deepEqual({ ...Type.Object({ word }) }.required, ["word"]);
});
