import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toMarkdown, toSettings } from "./describe.ts";
import { loadConfig } from "./load-config.ts";
import { OPTION_KEYS, OPTIONS, toEnvironmentName } from "./options.ts";
import { packageRoot } from "./paths.ts";

test("docs/CONFIGURATION.md is current (npm run -s wenxun -- config --markdown > docs/CONFIGURATION.md)", () => {
  assert.equal(readFileSync(join(packageRoot, "docs", "CONFIGURATION.md"), "utf8"), toMarkdown());
});

test("secrets and passwords are hidden", () => {
  const env = { WENXUN_TOKEN: "0123456789abcdef", WENXUN_ENCODER: "http://me:hush@example.org/" };
  const shown = JSON.stringify(toSettings(loadConfig({ env })));
  assert.doesNotMatch(shown, /0123456789abcdef|hush/);
  assert.match(shown, /\(hidden\)/);
});

test("names, variables and defaults are well formed", () => {
  for (const key of OPTION_KEYS) {
    const option = OPTIONS[key];
    assert.match(option.name, /^[a-z]+(-[a-z]+)*$/);
    assert.match(toEnvironmentName(option), /^WENXUN_[A-Z_]+$/);
    if ("default" in option) assert.notEqual(option.type.parse(option.default), undefined, option.name);
  }
});
