/** Every program that a document shows runs as it is written, and does what the document says. */
import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../src/config/paths.ts";
import { openArchive } from "../../src/index.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { SAMPLE_FILE } from "../quality/sample.ts";
import { type CodeBlock, codeBlocksOf, DOCUMENTS } from "./code-blocks.ts";

/** Programs import the package by its name; here that is the source. */
const ENTRIES: Readonly<Record<string, string>> = {
  wenxun: "src/index.ts",
  "wenxun/client": "src/client/client.ts",
  "wenxun/resources": "src/resources/registry.ts",
};
registerHooks({
  resolve: (name, context, next) => {
    const entry = ENTRIES[name];
    return next(entry === undefined ? name : pathToFileURL(join(packageRoot, entry)).href, context);
  },
});

/** What a document takes as given around a program, and what must be true once it has run. */
interface Surroundings {
  /** A part of the code, by which it is found. */
  readonly of: string;
  readonly before?: string;
  readonly after?: string;
  /** What it prints. */
  readonly prints?: RegExp;
}

const ASSERT = 'import assert from "node:assert/strict";\n';

const SURROUNDINGS: readonly Surroundings[] = [
  {
    of: 'archive.import("articles.csv")',
    before: ASSERT,
    after: `
assert.equal((await archive.search("雁")).total, 1);
assert.equal((await fetch(\`\${server.url}/readyz\`)).status, 200);
await server.stop();
await archive.close();\n`,
  },
  { of: "for await (const hit of archive", prints: /^20\d\d-\d\d-\d\dT\S+ .+\n/ },
  { of: "const { total, hits } = await archive.search({", prints: /^[1-9]\d* \[.+\]\n20\d\d-\d\d-\d\d \S+ .+\n/ },
  { of: "archive.counts({ q: [", prints: /^台风 \S+ \[20\d\d: \d+ \([\d.]+\)[\s\S]*暴雨 rest/ },
  {
    of: 'definePage("/topic"',
    before: `${ASSERT}import { openArchive, startServer } from "wenxun";\nawait using archive = await openArchive("./my-archive");\n`,
    after: `
const shown = await (await fetch(\`\${server.url}/topic?topic=雁\`)).text();
assert.match(shown, /<h1>雁<\\/h1>/);
assert.match(shown, /<a href="\\/\\?q=%E9%9B%81">1<\\/a>/);\n`,
  },
  {
    of: "createResources",
    before: `${ASSERT}
let loads = 0;
let closed = 0;
const loadModel = async () => ({ byteLength: ++loads, predict: (text) => text, close: () => closed++ });\n`,
    after:
      'assert.deepEqual([loads, closed, resources.status()[0]?.state], [2, 1, "ready"], "lent still");\nassert.equal(lease.value.byteLength, 1);\n',
  },
  {
    of: "body.slice(start, end)",
    before: `${ASSERT}const [id, start, end] = ["typhoon-1", 0, 2];\n`,
    after: "assert.equal(body.slice(start, end).length, 2);\n",
  },
];

/** Pieces of the inside, for who works on it; other tests run what they name. */
const INSIDE = ["docs/EXTRACT.md", "docs/IMPORT.md"];

const shown = DOCUMENTS.flatMap(codeBlocksOf).filter(
  ({ document, kind }) => ["js", "ts"].includes(kind) && !INSIDE.includes(document),
);
/** One that stands in documents of several languages is run once. */
const programs = [...new Map(shown.map((program) => [program.code, program])).values()];

let folder: string;
let url: string;
const opened = new AsyncDisposableStack();

before(async () => {
  folder = createTestFolder();
  copyFileSync(join(packageRoot, "examples/articles.csv"), join(folder, "articles.csv"));
  const archive = opened.use(await openArchive(join(createTestFolder(), "archive")));
  await archive.import(SAMPLE_FILE);
  url = opened.use(await archive.serve({ port: 0 })).url;
  process.chdir(folder);
});
after(async () => {
  process.chdir(packageRoot);
  await opened.disposeAsync();
});

/** Runs a program as a module of its own, and gives what it prints. */
async function runProgram(code: string): Promise<string> {
  const file = join(folder, `program-${runs++}.mjs`);
  writeFileSync(file, code);
  const { log } = console;
  let printed = "";
  console.log = (...values: unknown[]) => {
    printed += `${values.map((value) => (Array.isArray(value) ? `[${value.join(", ")}]` : String(value))).join(" ")}\n`;
  };
  try {
    await import(pathToFileURL(file).href);
  } finally {
    console.log = log;
  }
  return printed;
}
let runs = 0;

const nameOf = ({ document, code }: CodeBlock): string => `${document}: ${code.trim().split("\n").at(-1)}`;

test("there are programs in the documents, and each is known", () => {
  for (const program of programs) {
    const fitting = SURROUNDINGS.filter(({ of }) => program.code.includes(of));
    assert.equal(fitting.length, 1, nameOf(program));
  }
  for (const { of } of SURROUNDINGS)
    assert.ok(
      programs.some(({ code }) => code.includes(of)),
      of,
    );
});

for (const program of programs) {
  test(`runs as it is written: ${nameOf(program)}`, async () => {
    const {
      before = "",
      after = "",
      prints,
    } = SURROUNDINGS.find(({ of }) => program.code.includes(of)) ?? assert.fail();
    const code = program.code.replaceAll("http://127.0.0.1:8600", url).replaceAll("port: 8600", "port: 0");
    const printed = await runProgram(before + code + after);
    if (prints !== undefined) assert.match(printed, prints);
  });
}
