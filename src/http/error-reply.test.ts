import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, ERROR_KINDS, type ErrorCode } from "../errors.ts";
import { toFailure } from "./error-reply.ts";

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
