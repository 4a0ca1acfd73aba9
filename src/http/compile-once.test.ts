import assert from "node:assert/strict";
import { test } from "node:test";
import { COMPILERS } from "./compile-once.ts";
import { createApp } from "./create-app.ts";

const limitOf = (type: string) => ({ type: "object", properties: { limit: { type } }, required: ["limit"] });

test("equal schemas are compiled once, unequal ones and those of other options apart", () => {
  const compileWith = (coerceTypes: boolean) => (schema: object) =>
    COMPILERS.buildValidator({}, { customOptions: { coerceTypes } })({ schema });
  const [strict, coercing] = [compileWith(false), compileWith(true)];
  assert.equal(strict(limitOf("integer")), strict(limitOf("integer")));
  assert.equal(strict(limitOf("integer")), compileWith(false)(limitOf("integer")));
  assert.notEqual(strict(limitOf("integer")), strict(limitOf("string")));
  assert.notEqual(strict(limitOf("integer")), coercing(limitOf("integer")));

  const write = (schema: object) =>
    COMPILERS.buildSerializer({}, {})({ schema, method: "GET", url: "/", httpStatus: "200" });
  assert.equal(write(limitOf("integer")), write(limitOf("integer")));
  assert.notEqual(write(limitOf("integer")), write(limitOf("string")));
});

test("two servers with one schema read a body each by its own rules", async () => {
  const replies = [];
  for (const coercesBody of [true, false]) {
    await using app = await createApp({ title: "", description: "", version: "0", maxBodyBytes: 100, coercesBody });
    app.post("/", { schema: { body: limitOf("integer") } }, async ({ body }) => body);
    const { statusCode, json } = await app.inject({ method: "POST", url: "/", payload: { limit: "7" } });
    replies.push([statusCode, json().limit]);
  }
  assert.deepEqual(replies, [
    [200, 7],
    [400, undefined],
  ]);
});
