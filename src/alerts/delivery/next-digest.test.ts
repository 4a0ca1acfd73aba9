import assert from "node:assert/strict";
import { test } from "node:test";
import { nextDigestMs } from "./next-digest.ts";

/** Rhythm, minute of the day and zone; after; expected. */
const DIGESTS: readonly (readonly [string, number, string, string, string | undefined])[] = [
  ["instant", 480, "Asia/Shanghai", "2026-03-02T04:00:00Z", undefined],
  ["hourly", 480, "Asia/Shanghai", "2026-03-02T04:00:00Z", "2026-03-02T05:00:00Z"],
  ["hourly", 480, "Asia/Kolkata", "2026-03-02T04:10:00Z", "2026-03-02T04:30:00Z"],
  ["daily", 480, "Asia/Shanghai", "2026-03-01T23:59:59Z", "2026-03-02T00:00:00Z"],
  ["daily", 480, "Asia/Shanghai", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"],
  ["daily", 0, "Asia/Taipei", "2026-03-02T15:59:00Z", "2026-03-02T16:00:00Z"],
  ["daily", 480, "America/New_York", "2026-03-07T20:00:00Z", "2026-03-08T12:00:00Z"],
  ["daily", 480, "America/New_York", "2026-03-06T20:00:00Z", "2026-03-07T13:00:00Z"],
  ["daily", 480, "America/New_York", "2026-11-01T04:30:00Z", "2026-11-01T13:00:00Z"],
  // Clocks jump from two to three.
  ["daily", 150, "America/New_York", "2026-03-08T05:30:00Z", "2026-03-08T07:30:00Z"],
  ["daily", 1439, "Pacific/Auckland", "2026-03-02T04:00:00Z", "2026-03-02T10:59:00Z"],
];

for (const [rhythm, digestMinute, timezone, after, expected] of DIGESTS) {
  test(`a ${rhythm} digest of minute ${digestMinute} in ${timezone} is due after ${after} at ${expected ?? "no time"}`, () => {
    const alert = { rhythm: rhythm as "daily", digestMinute, timezone };
    const due = nextDigestMs(alert, Date.parse(after));
    assert.equal(due && new Date(due).toISOString(), expected && new Date(expected).toISOString());
  });
}
