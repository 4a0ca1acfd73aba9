import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAIN_REQUEST } from "../archive/request.ts";
import { AppError } from "../errors.ts";
import { toId, toRequest, toSimilarLimit } from "./to-request.ts";

/** As a program without types passes it. */
const ask = (given: unknown) => toRequest(given as string);

const refuses = (call: () => unknown, message: RegExp) =>
  assert.throws(
    call,
    (error) => error instanceof AppError && error.code === "invalid-request" && message.test(error.message),
    String(message),
  );

test("a query is asked for as usual, and a request with what it says", () => {
  assert.deepEqual(ask("桥"), { ...PLAIN_REQUEST, query: "桥" });
  assert.deepEqual(ask({ query: "桥", limit: 3, mode: undefined }), { ...PLAIN_REQUEST, query: "桥", limit: 3 });
  assert.deepEqual(ask({}), PLAIN_REQUEST);
});

test("what is no request, or has another field, is refused by name", () => {
  for (const none of [undefined, null, 5, ["桥"]])
    refuses(() => ask(none), /^query is .*: wanted a query as text, or an object/);
  refuses(() => ask({ q: "桥" }), /^q is unknown: there are query, mode, from/);
  refuses(() => ask({ source: ["晨报"] }), /^source is unknown: .*Did you mean sources\?$/);
  for (const [field, value] of [
    ["query", 5],
    ["mode", "magic"],
    ["from", new Date()],
    ["sources", "河口日报"],
    ["excludedCategories", [5]],
    ["without", ["title"]],
    ["sort", "best"],
    ["stories", "on"],
    ["interval", "week"],
    ["snapshot", 5],
  ] as const)
    refuses(() => ask({ query: "桥", [field]: value }), new RegExp(`^${field} is .*: wanted `));
});

test("an id is text, and similar articles are a number that there can be", () => {
  assert.equal(toId("1"), "1");
  assert.deepEqual([toSimilarLimit(), toSimilarLimit(100)], [10, 100]);
  refuses(() => toId(5 as unknown as string), /^id is 5: wanted the id of an article/);
  for (const wrong of [0, -1, 101, 1.5, Number.NaN, "5"]) refuses(() => toSimilarLimit(wrong as number), /^limit is /);
});
