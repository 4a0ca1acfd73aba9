import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../strings/en.ts";
import { toOffset } from "./tellings.ts";
import type { View } from "./view.ts";

const HOUR_MS = 3_600_000;

test("an offset is told in the unit that it is rounded in: 23.5 hours are a day, and not an hour", () => {
  const view = { language: "en", strings: en } as View;
  assert.deepEqual(
    [0.4, 1, 23.4, 23.5, 36, 60].map((hours) => toOffset(view, hours * HOUR_MS)),
    ["at the same time", "1 hour later", "23 hours later", "1 day later", "2 days later", "3 days later"],
  );
});
