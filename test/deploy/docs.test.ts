/** What the documentation tells people to type exists, and its links lead somewhere. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { OPTIONS, toEnvironmentName } from "../../src/config/options.ts";
import { packageRoot } from "../../src/config/paths.ts";
import { ERROR_KINDS } from "../../src/errors.ts";
import { runCli } from "../fakes/cli.ts";

const DOCUMENTS = globSync("{*.md,docs/**/*.md,examples/*.md,sample/*.md}", { cwd: packageRoot })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !path.startsWith("CHANGELOG"))
  .sort();
const read = (path: string): string => readFileSync(join(packageRoot, path), "utf8");

/** `wenxun COMMAND …` as it stands in a text, to the end of what belongs to it. */
const CALL =
  /(?:npx wenxun|run -s wenxun --|node bin\/wenxun\.mjs|\bsearch(?= import )|(?<![\w./-])wenxun) +([a-z][a-z-]*)((?: +[^\s`|;&<>)，。；、]+)*)/g;

interface Call {
  readonly text: string;
  readonly command: string;
  readonly flags: readonly string[];
}

/** The calls in blocks of code and in code within a line; prose that begins a sentence with the product's name is none. */
function findCalls(document: string): Call[] {
  const FENCE = /```(\w*)\n([\s\S]*?)```/g;
  const blocks = [...document.matchAll(FENCE)].filter(([, kind = ""]) => !["js", "yaml"].includes(kind));
  const inline = [...document.replace(FENCE, "").matchAll(/`([^`\n]+)`/g)];
  const code = [...blocks.map(([, , text = ""]) => text), ...inline.map(([, text = ""]) => text)];
  return code.flatMap((text) =>
    [
      ...text
        .replaceAll("\\\n", " ")
        .replace(/-u wenxun |systemctl .*/g, "")
        .matchAll(CALL),
    ].map(([call, command = "", rest = ""]) => ({
      text: call,
      command,
      flags: rest.match(/(?<= )--[a-z][a-z-]*/g) ?? [],
    })),
  );
}

test("nothing that is pasted waits for an answer: it would take the line after it for one", () => {
  for (const path of DOCUMENTS) {
    for (const [, block = ""] of read(path).matchAll(/```sh\n([\s\S]*?)```/g)) {
      assert.doesNotMatch(block, /apt(?:-get)? install (?!-y )/, path);
      assert.doesNotMatch(block, /certbot certonly (?!.*--non-interactive)/, path);
      assert.doesNotMatch(block, /systemctl status (?!--no-pager)/, path);
    }
  }
});

const helps = new Map<string, Promise<string | undefined>>();

/** What a command says of itself; undefined where there is none of that name. */
function readHelp(...words: readonly string[]): Promise<string | undefined> {
  const name = words.join(" ");
  const asked =
    helps.get(name) ??
    runCli([...words, "--help"]).then(({ exitCode, stdout }) => (exitCode === 0 ? stdout : undefined));
  helps.set(name, asked);
  return asked;
}

/** The flags of a command, or of the one below it that is meant: `wenxun tokens add`. */
async function findFlags({ text, command }: Call): Promise<Set<string> | undefined> {
  const help = await readHelp(command);
  const below = new RegExp(`${command} ([a-z]+)`).exec(text)?.[1];
  const [, commands] = /^Commands:\n([\s\S]*)/m.exec(help ?? "") ?? [];
  // A command that has others below it takes nothing else.
  if (below !== undefined && commands !== undefined && !new RegExp(`^ +${below}\\b`, "m").test(commands))
    return undefined;
  const told = below !== undefined && commands !== undefined ? await readHelp(command, below) : help;
  return told === undefined ? undefined : new Set(["--help", ...(told.match(/--[a-z][a-z-]*/g) ?? [])]);
}

test("every command and flag that a document shows exists", async () => {
  const wrong: string[] = [];
  let checked = 0;
  for (const path of DOCUMENTS) {
    for (const call of findCalls(read(path))) {
      checked++;
      const known = await findFlags(call);
      if (known === undefined) wrong.push(`${path}: ${call.text}`);
      for (const flag of call.flags) if (known?.has(flag) === false) wrong.push(`${path}: ${call.text} has no ${flag}`);
    }
  }
  assert.ok(checked > 100, `the check sees the commands: ${checked}`);
  assert.deepEqual(wrong, []);
});

test("the check of commands sees what is wrong", () => {
  const [deep, plain] = findCalls(
    "`wenxun serch 桥 --from 2024-01-01` and\n```sh\nsudo -u wenxun wenxun import - --frm x < file\n```\n",
  );
  assert.deepEqual([plain?.command, plain?.flags], ["serch", ["--from"]]);
  assert.deepEqual([deep?.command, deep?.flags], ["import", ["--frm"]]);
});

test("no document shows a command that needs the package on the registry, where it is not yet", () => {
  for (const path of DOCUMENTS) {
    for (const [block] of read(path).matchAll(/```[\s\S]*?```/g)) assert.doesNotMatch(block, /npx wenxun/, path);
    assert.doesNotMatch(read(path), /npm (?:install|i|add)(?: -\S+| --\S+)* wenxun\b/, path);
  }
});

test("every variable that is shown or set is a setting", () => {
  const known = new Set(Object.values(OPTIONS).map(toEnvironmentName));
  // No setting, but a switch for whoever looks for a defect: it shows where an error came from.
  known.add("WENXUN_DEBUG");
  const files = [...DOCUMENTS, "compose.yaml", "Dockerfile", ...globSync("deploy/*", { cwd: packageRoot })];
  const wrong = files.flatMap((path) =>
    [...read(path).matchAll(/\bWENXUN_[A-Z_]*[A-Z]\b/g)]
      .filter(([name]) => !known.has(name))
      .map(([name]) => `${path}: ${name}`),
  );
  assert.deepEqual(wrong, []);
});

/** How a heading is named in a link to it. */
const toAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[`*]/g, "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

const anchorsOf = (document: string): Set<string> =>
  new Set(
    [...document.replace(/```[\s\S]*?```/g, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => toAnchor(heading)),
  );

test("every link between documents leads to a file, and to a heading where it names one", () => {
  const wrong: string[] = [];
  let checked = 0;
  for (const path of DOCUMENTS) {
    const text = read(path).replace(/```[\s\S]*?```/g, "");
    for (const [, target = ""] of text.matchAll(/(?:\]\(|src=")([^)\s"]+)[)"]/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      checked++;
      const [file = "", anchor] = target.split("#", 2);
      const linked = file === "" ? path : join(dirname(path), decodeURI(file));
      if (!existsSync(join(packageRoot, linked))) wrong.push(`${path}: ${target}`);
      else if (anchor !== undefined && !anchorsOf(read(linked)).has(decodeURI(anchor)))
        wrong.push(`${path}: ${target} names no heading`);
    }
  }
  assert.ok(checked > 100, `the check sees the links: ${checked}`);
  assert.deepEqual(wrong, []);
});

test("what a document tells to install or copy from deploy/ is there", () => {
  for (const path of DOCUMENTS) {
    for (const [file] of read(path).matchAll(/\bdeploy\/[A-Za-z][\w.-]*\w/g))
      assert.ok(existsSync(join(packageRoot, file)), `${path}: ${file}`);
  }
});

test("documents in two languages tell the same commands, in the same order", () => {
  const blocks = (path: string): string[] =>
    [...read(path).matchAll(/```\w*\n([\s\S]*?)```/g)].map(([, block = ""]) => block.replaceAll("标题", "TITLE"));
  // In blocks that are set in, what stands behind a command says in words what it does.
  const lines = (path: string): string[] =>
    [...read(path).matchAll(/^ {4}(\S.*?)(?: {2,}.*)?$/gm)].map(([, line = ""]) => line);
  const names = globSync("docs/zh/*.md", { cwd: packageRoot }).map((path) => basename(path));
  assert.ok(names.length >= 6, `the check sees the documents: ${names.join()}`);
  for (const name of names) {
    const [english, chinese] = [`docs/${name}`, `docs/zh/${name}`];
    assert.deepEqual(blocks(chinese), blocks(english), name);
    assert.deepEqual(lines(chinese), lines(english), name);
    assert.ok(read(english).includes(`\n[中文](zh/${name})\n`), `${english} leads to its twin`);
    assert.ok(read(chinese).includes(`\n[English](../${name})\n`), `${chinese} leads to its twin`);
  }
});

const TROUBLES = ["docs/TROUBLESHOOTING.md", "docs/zh/TROUBLESHOOTING.md"];

/** Whether the program says this somewhere; words with digits in them stand for whatever is put in there. */
function isSaid(quote: string, sources: string): boolean {
  const words = quote
    .split(" ")
    .map((word) => (/\d/.test(word) ? "[^ ]+" : word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(words.join(" ")).test(sources);
}

test("every message that the help for troubles quotes is one that the program has", () => {
  const files = globSync(["src/**/*.ts", "bin/*.mjs"], { cwd: packageRoot }).filter((path) => !path.includes(".test."));
  // What is put into a message counts as one word.
  const sources = files
    .map(read)
    .join("\n")
    .replace(/\$\{[^{}]*\}/g, "X");
  const quotes = TROUBLES.flatMap((path) =>
    [...read(path).matchAll(/^\| `([^`|]+ [^`|]+)`/gm)].map(([, quote = ""]) => ({ path, quote })),
  ).filter(({ quote }) => !quote.startsWith("wenxun "));
  assert.ok(quotes.length >= 14, `the check sees the messages: ${quotes.length}`);
  assert.deepEqual(
    quotes.filter(({ quote }) => !isSaid(quote, sources)),
    [],
  );
});

test("every code that the help for troubles names has the status that it names", () => {
  for (const path of TROUBLES) {
    const named = [...read(path).matchAll(/^\| (\d{3}) (?:with )?`([a-z-]+)`/gm)];
    assert.ok(named.length >= 4, path);
    for (const [, status, code = ""] of named)
      assert.equal(ERROR_KINDS[code as keyof typeof ERROR_KINDS]?.status, Number(status), `${path}: ${code}`);
  }
});
