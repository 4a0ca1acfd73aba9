import assert from "node:assert/strict";
import { test } from "node:test";
import { createResources } from "./registry.ts";
import { createToScript } from "./to-script.ts";

test("a direction's dictionary is loaded once, whoever asks for it", async () => {
  await using resources = createResources();
  const [reader, encoder] = [createToScript(resources), createToScript(resources)];
  assert.equal(await reader("後來的頭髮", "zh-Hans"), "后来的头发");
  assert.equal(await encoder("後來的頭髮", "zh-Hans"), "后来的头发");
  assert.equal(await reader("后来的头发", "zh-Hant"), "後來的頭髮");
  assert.deepEqual(
    resources.status().map(({ key, loads, borrowers }) => ({ key, loads, borrowers })),
    [
      { key: "opencc:t2cn", loads: 1, borrowers: 0 },
      { key: "opencc:cn2t", loads: 1, borrowers: 0 },
    ],
  );
});
