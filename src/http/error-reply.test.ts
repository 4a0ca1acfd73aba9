import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, ERROR_KINDS, type ErrorCode } from "../errors.ts";
import { toFailure, toValidationError } from "./error-reply.ts";

const FOLDERS = ["/srv/news/archive", "/home/editor/models/onnx", "C:\\\\archive"];

const codes = (Object.keys(ERROR_KINDS) as ErrorCode[]).filter((code) => ERROR_KINDS[code].status >= 500);

for (const code of codes) {
  test(`a failure of the server names no folder of it to strangers: ${code}`, () => {
    for (const folder of FOLDERS) {
      for (const message of [
        `${folder} is away.`,
        `"${folder}" cannot be read.`,
        `It failed: ${folder}/segments/1`,
        `(${folder})`,
      ]) {
        const { message: told } = toFailure(new AppError(code, message, { cause: new Error(folder) }));
        assert.ok(!told.includes(folder.slice(1, 8)), told);
      }
    }
  });
}

test("what went wrong is told without its folder, and addresses of the site stay", () => {
  const folder = toFailure(new AppError("unavailable", 'The thread for "/srv/news/archive" has ended. Try again.'));
  assert.equal(folder.message, 'The thread for "…" has ended. Try again.');
  const address = toFailure(
    new AppError("not-found", "There is nothing at GET /api/v1/none. See /docs for what there is."),
  );
  assert.equal(address.message, "There is nothing at GET /api/v1/none. See /docs for what there is.");
  const count = toFailure(new AppError("unavailable", "3/4 of the threads are busy, 10 searches wait."));
  assert.equal(count.message, "3/4 of the threads are busy, 10 searches wait.");
});

test("a value that is nested deeply is refused like any other: telling of it ends no process", () => {
  for (const depth of [100, 100_000]) {
    const data: unknown = JSON.parse("[".repeat(depth) + "]".repeat(depth));
    const violation = {
      keyword: "type",
      instancePath: "/input",
      schemaPath: "",
      params: {},
      message: "must be string",
      data,
    };
    const { code, message } = toValidationError([violation], "body");
    assert.deepEqual(
      [code, message],
      ["invalid-request", "input must be string, got lists and objects nested deeply."],
    );
  }
});
