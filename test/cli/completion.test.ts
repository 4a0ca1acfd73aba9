/** Completion, in the shells themselves where they are on this machine. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { packageRoot } from "../../src/config/paths.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

const folder = createTestFolder();

before(async () => {
  await createTestArchive(join(folder, "archive"), [
    { id: "1", title: "一", body: "一", source: "江城早报", category: "交通" },
    { id: "2", title: "二", body: "二", source: "江城 晚报" },
    { id: "3", title: "三", body: "三", source: "$(touch ran)`touch ran`" },
  ]);
  const added = ["alerts", "add", "台风", "--webhook", "https://hook.example/a"];
  assert.equal((await runCli(added, { workingFolder: folder })).exitCode, 0);
  for (const shell of ["bash", "zsh", "fish"]) {
    const { stdout, exitCode, stderr } = await runCli(["completion", shell]);
    assert.equal(exitCode, 0, stderr);
    writeFileSync(join(folder, `script.${shell}`), stdout);
  }
  writeFileSync(join(folder, "articles.csv"), "");
});

/** What is typed, the last word being completed, and what must be offered: all of it, or some. */
const CASES: readonly (readonly [typed: readonly string[], offered: readonly string[] | RegExp])[] = [
  [["se"], ["search", "serve"]],
  [["sources", "ch"], ["check"]],
  [["search", "--mod"], ["--mode"]],
  [
    ["search", "台风", "--mode", ""],
    ["hybrid", "keyword", "semantic"],
  ],
  [["search", "--mode", "hy"], ["hybrid"]],
  [["count", "--interval", "mo"], ["month"]],
  [
    ["serve", "--access", ""],
    ["open", "proxy", "token"],
  ],
  [["serve", "--encoder", "b"], ["builtin"]],
  [["completion", "z"], ["zsh"]],
  // The value of an option is no command.
  [["search", "--source", "import", "--mode", "s"], ["semantic"]],
];

const isHere = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;
const skipped = (shell: string): string | false => (isHere(shell) ? false : `${shell} is not on this machine`);
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const WENXUN = `${quote(process.execPath)} ${quote(join(packageRoot, "bin", "wenxun.mjs"))}`;

/** Runs a script that writes `[N]` and then what the Nth case is offered, a line each. */
function runShell(command: string, args: readonly string[], script: string): string[][] {
  const path = join(folder, `drive.${command}`);
  writeFileSync(path, script);
  const env = { PATH: process.env.PATH, HOME: folder, LC_ALL: "C.UTF-8" };
  const { stdout, stderr, status } = spawnSync(command, [...args, path], { cwd: folder, encoding: "utf8", env });
  assert.equal(status, 0, stderr);
  return stdout
    .split(/^\[\d+\]\n/m)
    .slice(1)
    .map((part) => part.split("\n").filter((line) => line !== ""));
}

describe("completion in bash", { skip: skipped("bash") }, () => {
  const complete = (cases: readonly (readonly string[])[]): string[][] =>
    runShell(
      "bash",
      ["--norc"],
      `source ./script.bash; wenxun() { ${WENXUN} "$@"; }
       at() { echo "[$1]"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _wenxun; printf '%s\\n' "\${COMPREPLY[@]}"; }
       ${cases.map((words, index) => `at ${index} wenxun ${words.map(quote).join(" ")}`).join("\n")}`,
    );

  test("commands, options and values are offered", () => {
    const offered = complete(CASES.map(([typed]) => typed));
    for (const [index, [typed, wanted]] of CASES.entries())
      assert.deepEqual(offered[index]?.sort(), wanted, typed.join(" "));
  });

  test("files, folders, = and the names of the archive", () => {
    const cases = [
      ["import", "art"],
      ["serve", "--archive", "ar"],
      ["search", "--mode", "=", "key"],
      ["search", "x", "--source", ""],
      ["search", "x", "--source", "江城"],
      ["search", "--archive", "nowhere", "--source", ""],
      ["alerts", "pause", ""],
    ];
    const offered = complete(cases);
    assert.deepEqual(offered[0], ["articles.csv"]);
    assert.deepEqual(offered[1], ["archive"]);
    assert.deepEqual(offered[2], ["keyword"]);
    assert.deepEqual(offered[3]?.sort(), ["\\$\\(touch\\ ran\\)\\`touch\\ ran\\`", "江城\\ 晚报", "江城早报"]);
    assert.deepEqual(offered[4]?.sort(), ["江城\\ 晚报", "江城早报"]);
    assert.deepEqual(offered[5], []);
    assert.deepEqual(offered[6], ["1"], "an alert");
    assert.deepEqual(globSync("**/ran", { cwd: folder }), [], "a name of the archive was run as a command");
  });
});

test("completion in zsh", { skip: skipped("zsh") }, () => {
  const offered = runShell(
    "zsh",
    ["-f"],
    `compdef() { : }
     wenxun() { ${WENXUN} "$@" }
     _describe() { [[ $1 == -o ]] && shift; print -rl -- \${(P)2} }
     compadd() { print -rl -- \${(P)2} }
     _files() { print -r -- "files $@" }
     compset() { current=\${current#*=} }
     source ./script.zsh
     at() { print "[$1]"; shift; words=("$@"); CURRENT=$#; local last=\${words[CURRENT]#*=}; _wenxun | grep -e "^$last" -e '^files' }
     ${[...CASES.map(([typed]) => typed), ["search", "--mode=key"], ["import", "x"], ["search", "--source", "江城"]]
       .map((words, index) => `at ${index} wenxun ${words.map(quote).join(" ")}`)
       .join("\n")}
     true`,
  ).map((lines) => lines.map((line) => line.replace(/:.*/, "")).sort());
  for (const [index, [typed, wanted]] of CASES.entries()) assert.deepEqual(offered[index], wanted, typed.join(" "));
  assert.deepEqual(offered.slice(CASES.length), [["keyword"], ["files "], ["江城 晚报", "江城早报"]]);
});

test("completion in fish", { skip: skipped("fish") }, () => {
  const cases = [
    ...CASES.map(([typed]) => typed),
    ["search", "--mode=key"],
    ["import", "art"],
    ["search", "--source", "江城"],
  ];
  const offered = runShell(
    "fish",
    ["--no-config"],
    `function wenxun; ${WENXUN} $argv; end
     source ./script.fish
     ${cases.map((words, index) => `echo "[${index}]"; complete -C ${quote(["wenxun", ...words].join(" "))}`).join("\n")}`,
  ).map((lines) => lines.map((line) => line.replace(/\t.*/, "")).sort());
  for (const [index, [typed, wanted]] of CASES.entries()) assert.deepEqual(offered[index], wanted, typed.join(" "));
  assert.deepEqual(offered.slice(CASES.length), [["--mode=keyword"], ["articles.csv"], ["江城 晚报", "江城早报"]]);
});

test("an unknown shell is refused with those that there are", async () => {
  const { exitCode, stderr } = await runCli(["completion", "bsh"]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /bash, zsh, fish.*\n?.*Did you mean bash or zsh\?/);
  assert.match((await runCli(["completion"])).stderr, /Name the shell: bash, zsh, fish/);
});
