/** The page of the API: whole in each language, and its examples run as they stand. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { SEARCH_NOTICES } from "../../src/archive/result.ts";
import { packageRoot } from "../../src/config/paths.ts";
import { ERROR_KINDS } from "../../src/errors.ts";
import { openArchive } from "../../src/index.ts";
import { DOCS_WORDS, LANGUAGES, STRINGS } from "../../src/site/strings/languages.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { loadSampleArticles } from "../quality/sample.ts";
import { startFakeServer } from "./server.ts";

const run = promisify(execFile);
const TOKEN = "a-token-for-tests-0123456789";

const opened = new AsyncDisposableStack();
let urls: Readonly<Record<"open" | "closed", string>>;
before(async () => {
  const archive = opened.use(await openArchive(join(createTestFolder(), "archive")));
  const about = loadSampleArticles().filter(({ body }) => /台风|暴雨/.test(body));
  await archive.put(about.map(({ published, ...article }) => ({ ...article, publishedAtMs: Date.parse(published) })));
  // An id that a shell, a path and a page each would take for something else.
  const id = 'it\'s 50% <b>&/"new"';
  await archive.put([{ id, title: "最新的台风消息", body: "台风已经远去。", publishedAtMs: Date.UTC(2030, 0, 1) }]);
  const open = opened.use(await archive.serve({ port: 0, token: TOKEN }));
  const closed = opened.use(await archive.serve({ port: 0, token: TOKEN, access: "token" }));
  urls = { open: open.url, closed: closed.url };
});
after(() => opened.disposeAsync());

registerHooks({
  resolve: (name, context, next) =>
    next(name === "wenxun/client" ? pathToFileURL(join(packageRoot, "src/client/client.ts")).href : name, context),
});

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};
const unescapeHtml = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? "");

const headers = { authorization: `Bearer ${TOKEN}` };

/** Code of one kind that the page shows. */
async function readExamples(url: string, kind: string): Promise<string[]> {
  const page = await (await fetch(`${url}/docs`, { headers })).text();
  const found = [...page.matchAll(new RegExp(`data-kind="${kind}"><code>([\\s\\S]*?)</code>`, "g"))];
  return found.map(([, code = ""]) => unescapeHtml(code));
}

const env = { ...process.env, WENXUN_TOKEN: TOKEN, PYTHONIOENCODING: "utf-8" };
const hasCurl = spawnSync("curl", ["--version"]).status === 0;
const hasPython = spawnSync("python3", ["--version"]).status === 0;

for (const access of ["open", "closed"] as const) {
  test(`every request with curl is answered, access ${access}`, {
    skip: hasCurl ? false : "there is no curl",
  }, async () => {
    const commands = await readExamples(urls[access], "curl");
    assert.ok(commands.length > 20, `${commands.length}`);
    // What follows other sites and searches, and what takes something away, is sent by other tests.
    const reads = commands.filter((command) => !/ -X (?:DELETE|PATCH)|\/(?:sources|alerts)/.test(command));
    assert.ok(reads.some((command) => command.includes("-X POST")));
    for (const command of reads) {
      const { stdout } = await run("sh", ["-c", `${command} -sS -o /dev/null -w '%{http_code}'`], { env });
      assert.equal(stdout, "200", command);
    }
  });
}

test("every program in Python runs", {
  skip: hasPython ? false : "there is no python3",
}, async () => {
  const programs = await readExamples(urls.closed, "python");
  assert.equal(programs.length, 5);
  for (const program of programs) {
    const { stdout } = await run("python3", ["-c", program], { env });
    assert.match(stdout, /台风/, program);
  }
});

test("every program in JavaScript runs", async () => {
  process.env.WENXUN_TOKEN = TOKEN;
  const folder = createTestFolder();
  const programs = await readExamples(urls.closed, "javascript");
  assert.equal(programs.length, 5);
  for (const [index, program] of programs.entries()) {
    const file = join(folder, `${index}.mjs`);
    writeFileSync(file, program);
    const { log } = console;
    let printed = "";
    console.log = (...values: unknown[]) => {
      printed += `${JSON.stringify(values)}\n`;
    };
    try {
      await import(pathToFileURL(file).href);
    } finally {
      console.log = log;
    }
    assert.match(printed, /台风/, program);
  }
});

const readPage = async (url: string, language: string): Promise<string> =>
  (await fetch(`${url}/docs`, { headers: { "accept-language": language } })).text();

test("in each language: a table of contents that leads somewhere, every error and every notice", async () => {
  for (const language of LANGUAGES) {
    const page = await readPage(urls.open, language);
    const links = [...page.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
    assert.ok(links.length > 10, `${links.length}`);
    const ids = [...page.matchAll(/ id="([\w-]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, "ids are unique");
    assert.deepEqual(
      links.filter((link) => !ids.includes(link)),
      [],
    );
    const strings = STRINGS[language];
    for (const code of Object.keys(ERROR_KINDS) as (keyof typeof ERROR_KINDS)[]) {
      assert.ok(page.includes(`id="error-${code}"`) && unescapeHtml(page).includes(strings.errors[code]), code);
    }
    for (const notice of SEARCH_NOTICES) assert.ok(unescapeHtml(page).includes(strings.notices[notice]), notice);
    assert.ok(page.includes(`${urls.open}/api/v1/search`), "its own address");
    assert.doesNotMatch(page, /\{site-address\}|\{article-id\}/);
  }
});

/** Those whose words stand in tables of this house; new groups may come with English alone. */
const GROUPS = ["search", "articles", "export", "feeds", "sources", "alerts", "operation"];

test("operations and parameters are described in the reader's language, and no words are of none", async (t) => {
  const app = await startFakeServer(t);
  const { paths } = (await app.inject("/openapi.json")).json();
  interface Operation {
    readonly operationId: string;
    readonly tags: readonly string[];
    readonly parameters?: readonly { readonly name: string }[];
  }
  const operations = Object.entries(paths as Record<string, Record<string, Operation>>)
    .filter(([path]) => !path.startsWith("/api/") || path.startsWith("/api/v1/"))
    .flatMap(([, methods]) => Object.values(methods));
  for (const language of LANGUAGES.filter((one) => one !== "en")) {
    const words = DOCS_WORDS[language];
    const known = new Set<string>();
    for (const { operationId, tags, parameters = [] } of operations) {
      for (const { name } of parameters) known.add(name).add(`${operationId}.${name}`);
      known.add(operationId);
      if (!tags.some((tag) => GROUPS.includes(tag))) continue;
      assert.ok(words.operations[operationId], `${language} ${operationId}`);
      for (const { name } of parameters) assert.ok(words.parameters[name], `${language} ${operationId} ${name}`);
    }
    const dead = [...Object.keys(words.operations), ...Object.keys(words.parameters)].filter((key) => !known.has(key));
    assert.deepEqual(dead, []);
    const { operations: _o, parameters: _p, ...own } = words;
    for (const text of [...Object.values(words.operations), own.errorsText, own.start, ...own.mannerTexts])
      assert.match(text, /\p{Script=Han}/u);
  }
});

test("who may not read the archive is shown no id of it", async (t) => {
  const { tokensFile, secrets } = createTestTokens({ watcher: ["status"], reader: ["search", "read"] });
  const app = await startFakeServer(t, { tokensFile, access: "token" });
  const read = async (token = "") =>
    (await app.inject({ url: "/docs", headers: { authorization: `Bearer ${token}` } })).body;
  assert.match(await read(secrets.watcher), /api\/v1\/articles\/ID&#39;/);
  assert.match(await read(secrets.reader), /api\/v1\/articles\/library&#39;/);
});

test("the page is no longer than a reader can take in, and each table stands in it once", async () => {
  const page = await readPage(urls.open, "en");
  assert.equal(page.match(/<code>excludeSource<\/code>/g)?.length, 1);
  assert.equal(page.match(/<h3><code>/g)?.length, new Set(page.match(/<h3><code>[^<]*/g)).size);
});
