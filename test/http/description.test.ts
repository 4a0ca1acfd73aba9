/** The descriptions of both servers: complete, unambiguous, and true of what is answered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SEARCH_NOTICES } from "../../src/archive/result.ts";
import { createEncoderServer } from "../../src/encoder-server/server.ts";
import { ERROR_KINDS } from "../../src/errors.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { MemoryWriter } from "../fakes/writer.ts";
import { describe, OPERATIONS, operationsOf } from "./description.ts";
import { startFakeServer } from "./server.ts";

/** Every object within a value. */
function* eachObject(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const part of Object.values(value)) yield* eachObject(part);
}

test("every operation of the search server has the name that programs made from its description rely on", async (t) => {
  const description = await describe(await startFakeServer(t));
  const names = operationsOf(description).map(({ path, method, operation }) => [
    `${method} ${path}`,
    operation.operationId,
  ]);
  const unversioned = Object.entries(OPERATIONS)
    .filter(([address]) => address.includes("/api/v1/"))
    .map(([address, id]) => [address.replace("/api/v1/", "/api/"), `${id}Unversioned`]);
  assert.deepEqual(Object.fromEntries(names), { ...OPERATIONS, ...Object.fromEntries(unversioned) });
});

for (const [name, start] of [
  ["search server", startFakeServer],
  [
    "embedding server",
    () => createEncoderServer({ encoder: createFakeEncoder(), resources: createResources(), version: "0" }),
  ],
] as const) {
  test(`${name}: names are unique, and no schema is written in a way that OpenAPI 3.1 does not know`, async (t) => {
    const description = await describe(await start(t));
    assert.match(description.openapi, /^3\.1/);
    const ids = operationsOf(description).map(({ operation }) => operation.operationId);
    assert.ok(ids.every((id) => id !== undefined));
    assert.equal(new Set(ids).size, ids.length);
    const arrays = [...eachObject(description)].filter(({ items }) => Array.isArray(items));
    assert.deepEqual(arrays, [], "items is an array");
    assert.ok(operationsOf(description).every(({ operation }) => "default" in operation.responses));
  });
}

test("a feed in JSON is described as an object, one in XML as a text", async (t) => {
  const { paths } = await describe(await startFakeServer(t));
  const typeOf = (path: string) => [...eachObject(paths[path]?.get?.responses["200"])].find(({ type }) => type)?.type;
  assert.deepEqual([typeOf("/feed.json"), typeOf("/feed.atom")], ["object", "string"]);
});

test("notices and error codes are listed, so that a program can tell them apart", async (t) => {
  const { paths } = await describe(await startFakeServer(t));
  const { responses } = paths["/api/v1/search"]?.get ?? assert.fail();
  const enums = [...eachObject(responses)].map((schema) => schema.enum);
  const holds = (wanted: readonly string[]) =>
    enums.some((values) => JSON.stringify(values) === JSON.stringify(wanted));
  assert.ok(holds(SEARCH_NOTICES));
  assert.ok(holds(Object.keys(ERROR_KINDS)));
});

test("both addresses of the API answer the same, but for what changes from request to request", async (t) => {
  const app = await startFakeServer(t);
  for (const path of [
    "/search?q=大桥",
    "/suggest?q=大桥",
    "/articles/bridge",
    "/articles/bridge/similar",
    "/articles/x",
  ]) {
    const [now, before] = await Promise.all(
      ["/api/v1", "/api"].map(async (prefix) => {
        const { statusCode, body, headers } = await app.inject(encodeURI(prefix + path));
        const { requestId: _, ...reply } = JSON.parse(body);
        return { statusCode, reply, type: headers["content-type"] };
      }),
    );
    assert.deepEqual(now, before, path);
  }
});

test("the examples of the description are answered", async (t) => {
  const app = await startFakeServer(t, {
    backend: createFakeBackend(undefined, async () => new MemoryWriter()),
    token: "secret",
  });
  let sent = 0;
  for (const { path, method, operation } of operationsOf(await describe(app))) {
    const { parameters = [] } = operation;
    const given = parameters.filter(({ in: place, example }) => place === "query" && example !== undefined);
    if (given.length === 0) continue;
    sent++;
    const pairs = given.flatMap(({ name, example }) =>
      [example].flat().map((one): [string, string] => [name, String(one)]),
    );
    const reply = await app.inject({
      method: method as "GET" | "POST",
      url: `${path.replace("{id}", "bridge")}?${new URLSearchParams(pairs)}`,
      headers: { authorization: "Bearer secret", "content-type": "application/json" },
      ...(method !== "GET" && { payload: '{"id":"a","title":"t"}' }),
    });
    assert.equal(reply.statusCode, 200, `${method} ${path} ${reply.body.slice(0, 300)}`);
  }
  assert.ok(sent > 10, `${sent}`);
});
