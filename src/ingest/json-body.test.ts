import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../errors.ts";
import { createMapper } from "./article.ts";
import { readArticles } from "./json-body.ts";

const read = (text: string) =>
  readArticles(Buffer.from(text), { mapper: createMapper({ timezone: "UTC" }), maxBytes: 2 ** 25 });

test("a body with millions of records is refused when too many have been counted, not when all have been read", async () => {
  const records = 2_000_000;
  let mapped = 0;
  const mapper = Object.assign(
    () => {
      mapped++;
      return { problem: "it is empty" };
    },
    { learn: () => {} },
  );
  const options = { mapper: mapper as unknown as ReturnType<typeof createMapper>, maxBytes: 2 ** 25 };
  const body = Buffer.from(`[${"{},".repeat(records)}{}]`);
  await assert.rejects(
    readArticles(body, options),
    (error) => error instanceof AppError && error.code === "payload-too-large" && /more than 50000/.test(error.message),
  );
  assert.ok(mapped <= 50_000, `${mapped} were made`);
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
