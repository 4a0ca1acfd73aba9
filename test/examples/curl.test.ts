/** Every request that a document shows with curl is answered, by the servers as they come. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { loadStaticEncoder } from "../../src/encoder/static/static-encoder.ts";
import { createEncoderServer } from "../../src/encoder-server/server.ts";
import { listen } from "../../src/http/listen.ts";
import { openArchive } from "../../src/index.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { loadSampleArticles } from "../quality/sample.ts";
import { curlCommandsOf, DOCUMENTS } from "./code-blocks.ts";

// Not run at once: the servers that are asked are in this process.
const run = promisify(execFile);

const TOKEN = "a-token-for-tests-0123456789";

const opened = new AsyncDisposableStack();
let ports: Readonly<Record<string, string>>;

before(async () => {
  const archive = opened.use(await openArchive(join(createTestFolder(), "archive")));
  const articles = loadSampleArticles()
    .filter(({ id, body }) => id === "typhoon-1" || body.includes("台风"))
    .map(({ published, ...article }) => ({ ...article, publishedAtMs: Date.parse(published) }));
  await archive.put([...articles, ...articles.slice(0, 1).map((article) => ({ ...article, id: "ID" }))]);
  const search = opened.use(await archive.serve({ port: 0, token: TOKEN }));
  const encoder = await listen(
    await createEncoderServer({ encoder: await loadStaticEncoder(), resources: createResources(), version: "0" }),
    { host: "127.0.0.1", port: 0 },
  );
  opened.defer(() => encoder.stop());
  ports = { 8600: new URL(search.url).port, 8666: new URL(encoder.url).port };
});
after(() => opened.disposeAsync());

const hasCurl = spawnSync("curl", ["--version"]).status === 0;

const shown = DOCUMENTS.flatMap((document) => curlCommandsOf(document).map((command) => [command, document] as const));
/** One that stands in documents of several languages is sent once. */
const commands = new Map([...shown].reverse());

test("requests are found in the documents", () => {
  assert.ok(commands.size >= 10, `${commands.size}`);
});

for (const [command, document] of commands) {
  test(`${document}: ${command}`, { skip: hasCurl ? false : "there is no curl" }, async () => {
    const line = `${command} -sS -o - -w '\n%{http_code}'`.replace(
      /127\.0\.0\.1:(\d+)/,
      (_, port) => `127.0.0.1:${ports[port] ?? assert.fail(port)}`,
    );
    const { stdout } = await run("sh", ["-c", line], { env: { ...process.env, WENXUN_TOKEN: TOKEN } });
    assert.match(stdout, /\n200$/);
    assert.ok(stdout.length > 10, stdout);
  });
}
