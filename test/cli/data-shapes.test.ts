/** What every command writes for programs is as its shape says, and the documentation has the shapes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { Value } from "typebox/value";
import type { CliContext } from "../../src/cli/context.ts";
import { DATA_SHAPES } from "../../src/cli/data-shapes.ts";
import { type DeclaredCommand, listCommands, toDeclared } from "../../src/cli/declared.ts";
import { describeDataShapes } from "../../src/cli/describe-shape.ts";
import { createProgram } from "../../src/cli/program.ts";
import { packageRoot } from "../../src/config/paths.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { ARTICLES, createTestArchive } from "../fakes/test-archive.ts";

const template = createTestFolder();

/** What the commands are called over. */
async function fillTemplate(): Promise<void> {
  const near = {
    id: "ferry",
    title: "渡轮航线因大桥通车停航",
    body: "跨江渡轮昨日最后一次开行，乘客改走大桥。",
    source: "江城早报",
  };
  await createTestArchive(join(template, "archive"), [...ARTICLES, near]);
  writeFileSync(
    join(template, "more.jsonl"),
    '{"id": "more", "title": "新消息", "body": "内容", "published": "2024-01-02"}\n',
  );
  const published = new Date().toISOString();
  writeFileSync(
    join(template, "later.jsonl"),
    JSON.stringify({ id: "later", title: "大桥拓宽", body: "内容", published }),
  );
  writeFileSync(
    join(template, "page.html"),
    "<title>大桥通车</title><article><h1>大桥通车</h1><p>大桥全长三公里，两岸往来只需五分钟，首日有两万辆汽车驶过。</p></article>",
  );
  mkdirSync(join(template, "inbox"));
  mkdirSync(join(template, "judged"));
  writeFileSync(
    join(template, "judged", "corpus.jsonl"),
    '{"_id": "d", "title": "大桥通车", "text": "大桥全长三公里。"}\n',
  );
  writeFileSync(join(template, "judged", "queries.jsonl"), '{"_id": "q", "text": "大桥"}\n');
  writeFileSync(join(template, "judged", "qrels.tsv"), "query-id\tcorpus-id\tscore\nq\td\t1\n");
}

/** Commands that print nothing a program would read as data: servers, the browser's address, and texts for other programs. */
const WITHOUT_DATA = ["serve", "open", "mcp", "encoder-server", "completion", "man"];

/** Calls that must come first, for a command to have something to show. `HERE` is the folder. */
const BEFORE: Readonly<Record<string, readonly string[]>> = { "alerts deliver": ["import", "HERE/later.jsonl"] };

/** Commands are declared without running. */
const NO_CONTEXT = {
  stdout: { takesColours: false },
  stderr: { takesColours: false },
} as Pick<CliContext, "stdout" | "stderr"> as CliContext;

/** Alerts may send to this machine, where nothing listens at the address given. */
const env = { WENXUN_FETCH_ALLOW: "127.0.0.1" };

/** One call of each command, in an order in which each has something to show. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  import: ["HERE/more.jsonl"],
  follow: ["inbox"],
  "sources list": [],
  "sources why": ["1"],
  "sources check": ["1"],
  "sources pause": ["1"],
  "sources resume": ["1"],
  "sources remove": ["1"],
  "alerts add": ["大桥", "--webhook", "http://127.0.0.1:9/hook"],
  "alerts list": [],
  "alerts preview": ["大桥"],
  "alerts pause": ["1"],
  "alerts resume": ["1"],
  "alerts deliver": [],
  "alerts replay": ["1"],
  "alerts remove": ["1"],
  search: ["大桥"],
  similar: ["bridge"],
  count: ["大桥"],
  "tokens add": ["王编辑", "--expires", "9d"],
  "tokens list": [],
  "tokens revoke": ["王编辑"],
  status: [],
  doctor: ["--port", "0"],
  verify: [],
  reindex: [],
  delete: ["panda"],
  compact: [],
  export: [],
  backup: ["copy"],
  copy: ["archive", "another"],
  extract: ["page.html"],
  audit: [],
  "audit verify": [],
  "audit head": [],
  eval: ["judged"],
  "eval compare": ["run.jsonl", "run.jsonl"],
  config: [],
};

describe("what commands write for programs", () => {
  before(fillTemplate);

  test("a call stands here for every shape", () => {
    assert.deepEqual(Object.keys(CALLS).sort(), Object.keys(DATA_SHAPES).sort());
  });

  test("every command that prints data takes --json and --jsonl and has a shape", async () => {
    const program = toDeclared(await createProgram(NO_CONTEXT));
    const takes = ({ options }: DeclaredCommand, flag: string): boolean => options.some(({ long }) => long === flag);
    for (const command of listCommands(program)) {
      if (WITHOUT_DATA.includes(command.name) || (command.commands.length > 0 && !takes(command, "--json"))) continue;
      assert.ok(takes(command, "--json") && takes(command, "--jsonl"), `${command.name} takes both flags`);
      assert.ok(command.name in DATA_SHAPES, `${command.name} has a shape`);
    }
  });

  for (const flag of ["--json", "--jsonl"] as const) {
    test(`every command keeps to its shape with ${flag}`, async () => {
      const workingFolder = createTestFolder();
      cpSync(template, workingFolder, { recursive: true });
      await runCli(["eval", "judged", "--per-query", "run.jsonl"], { workingFolder });
      for (const [name, args] of Object.entries(CALLS)) {
        const run = (words: readonly string[]) =>
          runCli(
            words.map((word) => word.replace("HERE", workingFolder)),
            { workingFolder, env },
          );
        const before = BEFORE[name];
        if (before !== undefined) assert.equal((await run(before)).exitCode, 0);
        const { stdout, stderr } = await run([...name.split(" "), ...args, flag]);
        const shape = DATA_SHAPES[name] ?? assert.fail(name);
        const documents = flag === "--json" ? [stdout] : stdout.trimEnd().split("\n");
        for (const text of documents) {
          assert.notEqual(text, "", `${name}: nothing was written; ${stderr}`);
          const data: unknown = JSON.parse(text);
          const schema = flag === "--json" ? shape.json : shape.line;
          const [error] = Value.Errors(schema, data);
          assert.equal(error, undefined, `${name} ${flag}: ${JSON.stringify(error)} in ${text.slice(0, 300)}`);
          const declared = Value.Clean(schema, structuredClone(data));
          assert.deepEqual(declared, data, `${name} ${flag} writes what its shape does not have`);
          if (Array.isArray(data)) assert.ok(data.length > 0, `${name}: an empty list shows nothing`);
        }
      }
    });
  }

  test("the documentation lists the shapes as they are", () => {
    const docs = readFileSync(join(packageRoot, "docs", "CLI.md"), "utf8");
    const told = /<!-- shapes -->\n([\s\S]*?)<!-- end of shapes -->/.exec(docs)?.[1]?.trim();
    assert.equal(told, describeDataShapes(), "node tools/make-cli-docs.ts writes them anew");
  });

  test("a reader that has seen enough ends the command without a word", { skip: process.platform === "win32" }, () => {
    const command = `${JSON.stringify(process.execPath)} ${JSON.stringify(join(packageRoot, "bin", "wenxun.mjs"))} man | head -n 1`;
    const { stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: template, encoding: "utf8" });
    assert.match(stdout, /^\.TH WENXUN/);
    assert.equal(stderr, "");
  });
});
