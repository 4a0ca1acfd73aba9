import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readVersion } from "../../src/config/paths.ts";
import { runCli } from "../fakes/cli.ts";

describe("the command line", () => {
  test("shows its version", async () => {
    assert.deepEqual(await runCli(["--version"]), { exitCode: 0, stdout: `${readVersion()}\n`, stderr: "" });
  });

  test("shows help on standard output when asked, on standard error when nothing was said", async () => {
    const asked = await runCli(["--help"]);
    assert.equal(asked.exitCode, 0);
    assert.match(asked.stdout, /Usage: wenxun/);
    assert.equal(asked.stderr, "");
    const silent = await runCli([]);
    assert.equal(silent.exitCode, 2);
    assert.match(silent.stderr, /Usage: wenxun/);
    assert.equal(silent.stdout, "");
  });

  test("an unknown command is wrong usage also where its help is asked for", async () => {
    for (const args of [
      ["serch", "--help"],
      ["serch", "-h"],
      ["help", "serch"],
    ]) {
      const { exitCode, stdout, stderr } = await runCli(args);
      assert.equal(exitCode, 2, args.join(" "));
      assert.equal(stdout, "");
      assert.match(stderr, /^wenxun: unknown command 'serch'/);
    }
    for (const args of [["search", "--help"], ["help", "search"], ["help"]]) {
      const { exitCode, stdout } = await runCli(args);
      assert.equal(exitCode, 0, args.join(" "));
      assert.match(stdout, /Usage: wenxun/);
    }
  });

  test("a word to leave out that looks like an option is told how to be written", async () => {
    const { exitCode, stderr } = await runCli(["search", "台风", "-广告"]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /unknown option '-广告'\nTo leave a word out.*: wenxun search -- 台风 -广告\n/);
    assert.doesNotMatch((await runCli(["search", "x", "--lmit", "3"])).stderr, /leave a word out/);
  });

  for (const args of [["serch"], ["config", "--prot", "1"], ["config", "--port"], ["config", "extra"]]) {
    test(`wrong usage ends with 2 and one line: wenxun ${args.join(" ")}`, async () => {
      const { exitCode, stdout, stderr } = await runCli(args);
      assert.equal(exitCode, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /^wenxun: /);
      assert.doesNotMatch(stderr, / at .*\.ts/);
    });
  }
});

describe("wenxun config", () => {
  test("shows settings, their origin, and no secret", async () => {
    const env = { WENXUN_TOKEN: "0123456789abcdef" };
    const { exitCode, stdout } = await runCli(["config", "--port", "9000"], { env });
    assert.equal(exitCode, 0);
    assert.match(stdout, /^port +9000 +--port$/m);
    assert.match(stdout, /^token +\(hidden\) +WENXUN_TOKEN$/m);
    assert.match(stdout, /^host +127\.0\.0\.1 +default$/m);
  });

  test("writes JSON", async () => {
    const { stdout } = await runCli(["config", "--json"]);
    const settings = JSON.parse(stdout) as { name: string }[];
    assert.deepEqual(settings[0], { name: "archive", value: "./archive", origin: "default" });
  });

  test("refuses what is wrong, all at once", async () => {
    const { exitCode, stderr } = await runCli(["config", "--port", "x", "--timezone", "Mars"]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /--port is "x"/);
    assert.match(stderr, /--timezone is "Mars"/);
  });
});
