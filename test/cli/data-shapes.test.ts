/** What every command writes for programs is as its shape says, and the documentation has the shapes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { Value } from "typebox/value";
import { DATA_SHAPES } from "../../src/cli/data-shapes.ts";
import { describeDataShapes } from "../../src/cli/describe-shape.ts";
import { packageRoot } from "../../src/config/paths.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { ARTICLES, createTestArchive } from "../fakes/test-archive.ts";

const template = createTestFolder();

before(async () => {
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
});

/** One call of each command, in an order in which each has something to show. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  import: ["more.jsonl"],
  follow: ["inbox"],
  "sources list": [],
  "sources why": ["1"],
  "sources check": ["1"],
  "sources pause": ["1"],
  "sources resume": ["1"],
  "sources remove": ["1"],
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
  extract: ["page.html"],
  audit: [],
  "audit verify": [],
  "audit head": [],
  eval: ["judged"],
  "eval compare": ["run.jsonl", "run.jsonl"],
  config: [],
};

describe("what commands write for programs", () => {
  test("a call stands here for every shape", () => {
    assert.deepEqual(Object.keys(CALLS).sort(), Object.keys(DATA_SHAPES).sort());
  });

  for (const flag of ["--json", "--jsonl"] as const) {
    test(`every command keeps to its shape with ${flag}`, async () => {
      const workingFolder = createTestFolder();
      cpSync(template, workingFolder, { recursive: true });
      await runCli(["eval", "judged", "--per-query", "run.jsonl"], { workingFolder });
      for (const [name, args] of Object.entries(CALLS)) {
        const { stdout, stderr } = await runCli([...name.split(" "), ...args, flag], { workingFolder });
        const shape = DATA_SHAPES[name] ?? assert.fail(name);
        const documents = flag === "--json" ? [stdout] : stdout.trimEnd().split("\n");
        for (const text of documents) {
          assert.notEqual(text, "", `${name}: nothing was written; ${stderr}`);
          const data: unknown = JSON.parse(text);
          const schema = flag === "--json" ? shape.json : shape.line;
          const [error] = Value.Errors(schema, data);
          assert.equal(error, undefined, `${name} ${flag}: ${JSON.stringify(error)} in ${text.slice(0, 300)}`);
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
