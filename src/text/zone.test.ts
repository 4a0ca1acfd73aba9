import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../errors.ts";
import { createZone } from "./zone.ts";

test("an unknown zone is a usage error that names the setting", () => {
  assert.throws(
    () => createZone("Mars/Olympus"),
    (error) => {
      assert.ok(error instanceof AppError && error.code === "usage");
      assert.equal(error.remedy?.code === "option-takes" && error.remedy.option, "timezone");
      return true;
    },
  );
});
