import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { withoutColours } from "../../src/cli/colours.ts";
import { toShownWidth } from "../../src/cli/wrap.ts";
import { readVersion } from "../../src/config/paths.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";

/** It may hang over the end of a line, rather than begin the next one. */
const FULL_STOP_WIDTH = 2;

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

  for (const [args, meant] of [
    [["serch"], "Did you mean search?"],
    [["search", "x", "--mdoe", "keyword"], "Did you mean --mode?"],
    [["search", "x", "--mode", "hybird"], "Did you mean hybrid?"],
    [["count", "--interval", "moth"], "Did you mean month?"],
    [["import", "x.csv", "--format", "cvs"], "Did you mean csv?"],
    [["follow", "x", "--full-text", "allways"], "Did you mean always?"],
    [["serve", "--access", "tokn"], "Did you mean token?"],
    [["serve", "--encoder", "biultin"], "Did you mean builtin?"],
    [["sources", "chek"], "Did you mean check?"],
    [["audit", "verfy"], "Did you mean verify?"],
    [["tokens", "lst"], "Did you mean list?"],
    [["sources", "bananas"], "wenxun sources has list, why, check, pause, resume, remove."],
  ] as const) {
    test(`what was probably meant is told: wenxun ${args.join(" ")}`, async () => {
      const { exitCode, stdout, stderr } = await runCli(args);
      assert.equal(exitCode, 2, stderr);
      assert.equal(stdout, "");
      assert.ok(stderr.includes(meant), stderr);
    });
  }

  test("a setting that is none is told as it was probably meant", async () => {
    const workingFolder = createTestFolder();
    writeFileSync(join(workingFolder, "wenxun.json"), '{ "prot": 1 }');
    const { stderr } = await runCli(["config"], { workingFolder });
    assert.match(stderr, /"prot", which is no setting\. Did you mean port\?/);
  });

  test("an error is JSON where the results would have been", async () => {
    for (const [args, code, exitCode] of [
      [["search", "x", "--archive", "nowhere", "--json"], "archive-missing", 1],
      [["similar", "x", "--archive", "nowhere", "--jsonl"], "archive-missing", 1],
      [["count", "--json", "--interval", "moth"], "usage", 2],
      [["serch", "--json"], "usage", 2],
      [["config", "--json", "--port", "x"], "usage", 2],
    ] as const) {
      const run = await runCli(args);
      assert.equal(run.exitCode, exitCode, args.join(" "));
      assert.equal(run.stdout, "");
      const { error } = JSON.parse(run.stderr) as { error: { code: string; message: string; exitCode: number } };
      assert.deepEqual([error.code, error.exitCode], [code, exitCode]);
      assert.match(error.message, /\S/);
    }
    const { stderr } = await runCli(["search", "--archive", "nowhere", "--", "--json"]);
    assert.match(stderr, /^wenxun: There is no archive/, "what stands behind -- is no option");
  });

  test("help is no wider than the terminal, for every command", async () => {
    const { stdout } = await runCli(["--help"]);
    const names = [...stdout.matchAll(/^ {2}([a-z][a-z-]+) .*(?:\n {4,}.*)*/gm)].map(([, name = ""]) => name);
    assert.ok(names.includes("search"));
    for (const args of [[], ...names.filter((name) => name !== "wenxun").map((name) => [name])]) {
      for (const columns of [50, 80]) {
        const help = await runCli([...args, "--help"], { columns, env: { NO_COLOR: "1" } });
        const [lists = ""] = help.stdout.split(/\nExamples?\b/);
        const wide = lists.split("\n").filter((line) => toShownWidth(line) > columns + FULL_STOP_WIDTH);
        assert.deepEqual(
          wide.filter((line) => /\S\s+\S/.test(line)),
          [],
          `${args} at ${columns}: only a name that is longer than the line stands out`,
        );
      }
    }
  });

  test("colours stand where the terminal or FORCE_COLOR wants them, and nowhere else", async () => {
    const isColoured = async (env: Readonly<Record<string, string>>, columns?: number): Promise<boolean> =>
      (await runCli(["--help"], { env, ...(columns !== undefined && { columns }) })).stdout.includes("\u001b[");
    assert.equal(await isColoured({}), false, "a file or a pipe");
    assert.equal(await isColoured({}, 80), true, "a terminal");
    assert.equal(await isColoured({ NO_COLOR: "1" }, 80), false);
    assert.equal(await isColoured({ NO_COLOR: "" }, 80), true);
    assert.equal(await isColoured({ TERM: "dumb" }, 80), false);
    assert.equal(await isColoured({ FORCE_COLOR: "1" }), true);
    assert.equal(await isColoured({ FORCE_COLOR: "0" }, 80), false);
    const plain = await runCli(["search", "--help"]);
    const coloured = await runCli(["search", "--help"], { env: { FORCE_COLOR: "1" } });
    assert.equal(withoutColours(coloured.stdout), plain.stdout, "they say the same");
    const error = await runCli(["serch"], { env: { FORCE_COLOR: "1" } });
    assert.equal(withoutColours(error.stderr), (await runCli(["serch"])).stderr);
    assert.match(error.stderr, /^\u001b\[31mwenxun:/);
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
