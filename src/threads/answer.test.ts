import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../errors.ts";
import { type Answer, toAnswer, toLaterAnswer } from "./answer.ts";
import { fromPostedError } from "./posted-error.ts";

/** As it arrives in another thread. */
const post = <T>(answer: Answer<T>): Answer<T> => structuredClone(answer);

const errorOf = (answer: Answer<unknown>): Error =>
  answer.kind === "failed" ? fromPostedError(answer.error) : assert.fail("it is done");

test("what was done arrives as its value", async () => {
  assert.deepEqual(post(toAnswer(() => [1, 2])), { kind: "done", value: [1, 2] });
  assert.deepEqual(post(await toLaterAnswer(async () => "later")), { kind: "done", value: "later" });
});

test("a refusal arrives with its code, message and time to try again", async () => {
  const refuse = (): never => {
    throw new AppError("unavailable", "busy", { retryAfterS: 7 });
  };
  for (const answer of [toAnswer(refuse), await toLaterAnswer(async () => refuse())]) {
    const { name, message, ...rest } = errorOf(post(answer)) as AppError;
    assert.deepEqual([name, message, rest.code, rest.retryAfterS], ["AppError", "busy", "unavailable", 7]);
  }
});

test("a defect arrives with the place where it happened, and as no refusal", () => {
  const defect = new TypeError("x is not a function");
  const arrived = errorOf(
    post(
      toAnswer(() => {
        throw defect;
      }),
    ),
  );
  assert.ok(!(arrived instanceof AppError));
  assert.equal(arrived.stack, defect.stack);
});

test("what is thrown and is no error arrives as one", () => {
  const answer = toAnswer(() => {
    throw "just text";
  });
  assert.equal(errorOf(post(answer)).message, "just text");
});
