import assert from "node:assert/strict";
import { test } from "node:test";
import { OPTIONS } from "./options.ts";
import { toPassed, type ValueType } from "./value-types.ts";

const takes = (type: ValueType<unknown>, value: unknown): boolean => toPassed(type).isRight(value);

test("a program passes the value that a setting's text means, and where that is made of a text, the text", () => {
  for (const [key, option] of Object.entries(OPTIONS)) {
    if (!("default" in option)) continue;
    const parsed: unknown = option.type.parse(option.default);
    const isMade = key === "encoder" || key === "rerank";
    assert.ok(takes(option.type, isMade ? option.default : parsed), key);
    assert.ok(!takes(option.type, undefined) && !takes(option.type, null) && !takes(option.type, {}), key);
  }
});

test("numbers are numbers within the setting's range, and lists arrays of what the setting lists", () => {
  for (const [type, right, wrong] of [
    [OPTIONS.port.type, [0, 65535], [-1, 65536, 1.5, Number.NaN, "8600"]],
    [OPTIONS.requestTimeoutMs.type, [100, 150.5, 600_000], [99, -5, Infinity, Number.NaN, "10s"]],
    [OPTIONS.maxMemory.type, [64 * 2 ** 20, 2 ** 40], [5, 2 ** 40 + 1, 64.5 * 2 ** 20 + 0.5, "256m"]],
    [OPTIONS.rerankWeight.type, [0, 0.1 + 0.2, 1], [-0.1, 1.1, Number.NaN, "0.4"]],
    [OPTIONS.openScopes.type, [[], ["search"]], ["search", ["write"], [5]]],
    [OPTIONS.trustedProxies.type, [[], ["127.0.0.1", "fd00::/8"]], ["127.0.0.1", ["host"], ["10.0.0.0/33"], [5]]],
    [OPTIONS.access.type, ["open"], ["Open", "none", 5]],
    [OPTIONS.timezone.type, ["UTC"], ["Mars/Base", "", 8]],
    [OPTIONS.token.type, ["a-token-0123456789"], ["abc", 1234567890123456]],
  ] as const) {
    for (const value of right) assert.ok(takes(type, value), String(value));
    for (const value of wrong) assert.ok(!takes(type, value), String(value));
  }
});
