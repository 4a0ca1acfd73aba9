import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../errors.ts";
import { createMapper } from "./article.ts";
import { readArticles } from "./json-body.ts";

/** As a socket gives it. */
async function* arriving(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536);
}

const read = (text: string) =>
  readArticles(arriving(text), { mapper: createMapper({ timezone: "UTC" }), maxBytes: 2 ** 25 });

test("a body of records none of which is an article is refused after the first thousand", async () => {
  await assert.rejects(
    read(`[${"{},".repeat(2_000_000)}{}]`),
    (error) => error instanceof AppError && error.code === "bad-input" && /first 1000 records/.test(error.message),
  );
  const few = await read(`[{"title":"港口","body":"恢复通航"},${"{},".repeat(2_000)}{}]`);
  assert.deepEqual([few.articles.length, few.rejections.length], [1, 2_001], "one article, and the others are named");
});

test("a body with millions of records is refused when too many have been counted, not when all have been read", async () => {
  const records = 2_000_000;
  let mapped = 0;
  const mapper = Object.assign(
    () => {
      mapped++;
      return mapped === 1 ? { article: {} } : { problem: "it is empty" };
    },
    { learn: () => {} },
  );
  const options = { mapper: mapper as unknown as ReturnType<typeof createMapper>, maxBytes: 2 ** 25 };
  const body = arriving(`[${"{},".repeat(records)}{}]`);
  await assert.rejects(
    readArticles(body, options),
    (error) => error instanceof AppError && error.code === "payload-too-large" && /more than 50000/.test(error.message),
  );
  assert.ok(mapped <= 50_000, `${mapped} were made`);
});

for (const [what, text, code] of [
  ["numbers", `[{"title":"x","a":[${"1,".repeat(1_000_000)}1]}]`, "payload-too-large"],
  [
    "names",
    `{"title":"x",${Array.from({ length: 60_000 }, (_, index) => `"a${index}":1`).join()}}`,
    "payload-too-large",
  ],
  ["numbers, unclosed", `[{"title":"x","a":[${"1,".repeat(1_000_000)}`, "payload-too-large"],
  ["lists in a list that is no record", `{"a":[[${"[1],".repeat(300_000)}[1]]]}`, "payload-too-large"],
  ["levels", "[".repeat(500_000), "invalid-request"],
  ["levels of a record", `[{"title":"x","a":${"[".repeat(1000)}${"]".repeat(1000)}}]`, "invalid-request"],
] as const)
  test(`a record of too many ${what} is refused before anything is made of it`, async () => {
    let parsed = 0;
    const { parse } = JSON;
    JSON.parse = (given: string, ...rest: []) => {
      parsed = Math.max(parsed, given.length);
      return parse(given, ...rest);
    };
    try {
      await assert.rejects(read(text), (error) => error instanceof AppError && error.code === code);
    } finally {
      JSON.parse = parse;
    }
    assert.ok(parsed < 2 ** 18, `${parsed} characters were parsed`);
  });

test("a record may hold a long text and thousands of values beside it", async () => {
  const { articles } = await read(
    JSON.stringify([
      { id: "a", title: "港口", body: "码头".repeat(400_000), tags: Array.from({ length: 10_000 }, String) },
    ]),
  );
  assert.equal(articles[0]?.body.length, 800_000);
});

test("a large body is read in pieces, between which others have their turn", async () => {
  let turns = 0;
  let isOver = false;
  const reading = read(
    JSON.stringify(
      Array.from({ length: 3000 }, (_, id) => ({ id: `a${id}`, title: "港口恢复通航", body: "码头".repeat(60) })),
    ),
  ).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await nextTurn();
    turns++;
  }
  assert.equal((await reading).articles.length, 3000);
  assert.ok(turns > 10, `${turns} turns`);
});
