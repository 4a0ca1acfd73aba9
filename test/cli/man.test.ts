import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { OPTION_KEYS, OPTIONS } from "../../src/config/options.ts";
import { runCli } from "../fakes/cli.ts";

test("the manual page has every command and every option that help has", async () => {
  const { stdout: page, exitCode } = await runCli(["man"]);
  assert.equal(exitCode, 0);
  const text = page.replaceAll("\\-", "-").replaceAll(/\\f[BIR]/g, "");
  const { stdout: help } = await runCli(["--help"]);
  const names = [...help.matchAll(/^ {2}([a-z][a-z-]+)(?: \[options\])?(?: [<[]\S+)*(?: {2}|$)/gm)].map(
    ([, name = ""]) => name,
  );
  assert.ok(names.includes("search") && names.includes("doctor"), names.join(" "));
  for (const name of names.filter((one) => one !== "help" && one !== "wenxun")) {
    assert.match(text, new RegExp(`^\\.SS "wenxun ${name}[ "]`, "m"), name);
    const own = (await runCli([name, "--help"])).stdout.split(/\nExamples?:/)[0] ?? "";
    for (const [, option = ""] of own.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm))
      assert.ok(text.includes(`${option}`), `${name} ${option}`);
  }
  assert.match(text, /^\.SS "wenxun sources check /m, "commands below others too");
  for (const key of OPTION_KEYS)
    assert.ok(text.includes(`WENXUN_${OPTIONS[key].name.toUpperCase().replaceAll("-", "_")}`));
});

test("the manual page is sound roff", {
  skip: spawnSync("mandoc", ["-V"]).error && "mandoc is not on this machine",
}, async () => {
  const { stdout: page } = await runCli(["man"]);
  const { stdout } = spawnSync("mandoc", ["-T", "lint", "-W", "warning"], { input: page, encoding: "utf8" });
  // A page that is made from the program has the version instead.
  assert.deepEqual(stdout.match(/^.*(?:WARNING|ERROR|UNSUPP)(?!: missing date).*$/gm) ?? [], []);
  const shown = spawnSync("mandoc", ["-T", "utf8"], { input: page, encoding: "utf8" }).stdout.replaceAll(
    /.\u0008/g,
    "",
  );
  assert.match(shown, /wenxun search \[options\] <QUERY\.\.\.>/);
  assert.match(shown, /新能源汽车/);
});
