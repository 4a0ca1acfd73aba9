import assert from "node:assert/strict";
import { get } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { SearchReply, StatusReply } from "../../src/api/wire.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { serveCommand } from "../fakes/serve-command.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

const serve = (args: readonly string[], workingFolder: string, use: (url: string) => Promise<void>) =>
  serveCommand(["serve", ...args], use, { workingFolder });

describe("wenxun serve", () => {
  test("answers over HTTP until it is stopped, and ends with 0", async () => {
    const folder = createTestFolder();
    await createTestArchive(join(folder, "archive"));
    let used = "";
    const { exitCode, stdout } = await serve([], folder, async (url) => {
      used = url;
      const reply = await fetch(`${url}/api/search?${new URLSearchParams({ q: "熊貓" })}`);
      assert.equal(((await reply.json()) as SearchReply).hits[0]?.id, "panda");
      assert.equal((await fetch(`${url}/readyz`)).status, 200);
      const status = (await (await fetch(`${url}/api/status`)).json()) as StatusReply;
      const encoder = status.resources.find(({ key }) => key.startsWith("encoder:"));
      assert.equal(encoder?.loads, 1, "the encoder is loaded once");
    });
    assert.equal(exitCode, 0);
    assert.match(stdout, /^wenxun serves 4 articles at http/);
    await assert.rejects(fetch(used), "the port is free again");
  });

  test("answers to no name that a stranger may have pointed at it, in whatever case and with whatever port", async () => {
    const folder = createTestFolder();
    await createTestArchive(join(folder, "archive"));
    await serve(["--allowed-hosts", "news.example"], folder, async (url) => {
      const ask = (host: string): Promise<number> =>
        new Promise((resolve, reject) => {
          const { port, hostname } = new URL(url);
          const request = get({ port, hostname, path: "/api/search", headers: { host } }, (reply) => {
            resolve(reply.statusCode ?? 0);
            reply.resume();
          });
          request.on("error", reject);
        });
      assert.equal(await ask("news.example"), 200);
      assert.equal(await ask(`LocalHost:${new URL(url).port}`), 200);
      assert.equal(await ask("evil.example"), 421);
      assert.equal(await ask("news.example.evil.example:8600"), 421);
    });
  });

  test("where access is by token, says so when there is none, and takes one that is added while it serves", async () => {
    const folder = createTestFolder();
    await createTestArchive(join(folder, "archive"));
    const { stderr } = await serve(["--access", "token"], folder, async (url) => {
      const search = async (token: string) =>
        (await fetch(`${url}/api/search`, { headers: { authorization: `Bearer ${token}` } })).status;
      assert.equal(await search("wx_none"), 401);
      const added = await runCli(["tokens", "add", "reader"], { workingFolder: folder });
      assert.equal(await search(added.stdout.trim()), 200);
      await runCli(["tokens", "revoke", "reader"], { workingFolder: folder });
      assert.equal(await search(added.stdout.trim()), 401);
    });
    assert.match(stderr, /Nobody can read this archive yet: make a token/);
  });

  test("with --demo fills an empty folder with the sample, once, and names queries to try", async () => {
    const folder = createTestFolder();
    const first = await serve(["--demo"], folder, async (url) => {
      const links = (await (await fetch(url)).text()).match(/\?q=/g);
      assert.ok(links !== null);
    });
    assert.match(first.stdout, /serves 243 articles/);
    const queries = [...first.stdout.matchAll(/^ {2}\S+ {2}(http\S+)$/gm)];
    assert.equal(queries.length, 3);
    assert.match(first.stderr, /243 articles of the sample/);

    const second = await serve(["--demo"], folder, async () => {});
    assert.doesNotMatch(second.stderr, /of the sample/);
    assert.match(second.stdout, /\?q=/);
  });

  test("with --demo over an archive of one's own names none of the sample's queries", async () => {
    const folder = createTestFolder();
    await createTestArchive(join(folder, "archive"));
    const { stdout } = await serve(["--demo"], folder, async () => {});
    assert.match(stdout, /serves 4 articles/);
    assert.doesNotMatch(stdout, /\?q=/);
  });

  test("below a ceiling tells it, and what is used", async () => {
    const folder = createTestFolder();
    await createTestArchive(join(folder, "archive"));
    await serve(["--max-memory", "4g", "--search-threads", "1"], folder, async (url) => {
      const status = (await (await fetch(`${url}/api/status`)).json()) as StatusReply;
      assert.equal(status.memory.ceilingBytes, 4 * 2 ** 30);
      assert.equal(status.memory.state, "calm");
      assert.deepEqual(status.search, { threads: 1, running: 0, waiting: 0 });
      const metrics = await (await fetch(`${url}/metrics`)).text();
      assert.match(metrics, /^wenxun_memory_ceiling_bytes 4294967296$/m);
      assert.match(metrics, /^wenxun_search_threads 1$/m);
      assert.match(await (await fetch(`${url}/status`)).text(), /4096 MB/);
    });
  });

  test("refuses an archive that cannot fit below the ceiling, and says what it needs", async () => {
    const folder = createTestFolder();
    await createTestArchive(join(folder, "archive"));
    const { exitCode, stderr } = await runCli(["serve", "--port", "0", "--max-memory", "100m"], {
      workingFolder: folder,
    });
    assert.equal(exitCode, 2);
    assert.match(
      stderr,
      /needs about \d+ MB, more than the memory ceiling allows \(100 MB\).*--max-memory \d+m is the least that does\./,
    );
  });

  test("without an archive says so and ends with 1", async () => {
    const { exitCode, stderr } = await runCli(["serve", "--port", "0"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /There is no archive/);
  });

  test("on a port in use says so and ends with 1", async () => {
    const folder = createTestFolder();
    await createTestArchive(join(folder, "archive"));
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    assert.ok(address !== null && typeof address !== "string");
    try {
      const { exitCode, stderr } = await runCli(["serve", "--port", String(address.port)], { workingFolder: folder });
      assert.equal(exitCode, 1);
      assert.match(stderr, /in use/);
    } finally {
      other.close();
    }
  });
});
