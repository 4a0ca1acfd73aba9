import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { serveCommand } from "../fakes/serve-command.ts";
import { startWebhookReceiver } from "../fakes/webhook-receiver.ts";

async function setUp() {
  const receiver = await startWebhookReceiver();
  const workingFolder = createTestFolder();
  const run = (...args: string[]) => runCli(args, { workingFolder, env: { WENXUN_FETCH_ALLOW: "127.0.0.1" } });
  const put = async (...titles: string[]): Promise<void> => {
    const file = join(workingFolder, "new.jsonl");
    const published = new Date().toISOString();
    writeFileSync(
      file,
      titles.map((title) => JSON.stringify({ id: title, title, body: `${title}的消息`, published })).join("\n"),
    );
    assert.equal((await run("import", file)).exitCode, 0);
  };
  await put("跨江大桥通车", "去年的台风");
  return {
    receiver,
    workingFolder,
    run,
    put,
    titles: () =>
      receiver.posts.flatMap(({ body }) => JSON.parse(body).data.articles.map(({ title }: { title: string }) => title)),
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
}

test("a search is followed, previewed, told of once, paused, resumed, replayed and removed at the command line", async () => {
  await using site = await setUp();
  const { run, put, receiver } = site;
  const added = await run("alerts", "add", "台风", "--mode", "keyword", "--webhook", receiver.address);
  assert.match(
    added.stdout,
    /^alert 1 tells http:\/\/127\.0\.0\.1:\d+\/hook of 台风 \(instant\)\n1 article of the last 30 days match.*\n {2}去年的台风\n/,
  );
  assert.match(added.stdout, /signed with whsec_\S{32}\nKeep it/);
  await put("台风登陆", "天气晴好");
  const delivered = await run("alerts", "deliver");
  assert.deepEqual([delivered.exitCode, delivered.stdout], [0, "alert 1: sent\n"]);
  assert.equal((await run("alerts", "deliver")).stdout, "");
  assert.deepEqual(site.titles(), ["台风登陆"]);

  await run("alerts", "pause", "1");
  await put("台风二号");
  await run("alerts", "deliver");
  await run("alerts", "resume", "1");
  await put("台风三号");
  await run("alerts", "deliver");
  assert.deepEqual(site.titles(), ["台风登陆", "台风三号"]);

  assert.match((await run("alerts", "replay", "1", "--since", "2020-01-01")).stdout, /^2 messages/);
  await run("alerts", "deliver");
  const ids = receiver.posts.map(({ headers }) => headers["webhook-id"]);
  assert.deepEqual(ids.slice(2).sort(), ids.slice(0, 2).sort());

  const list = await run("alerts", "--json");
  assert.doesNotMatch(list.stdout, /whsec_|"key"/);
  const [{ status, pending, lastSent }] = JSON.parse(list.stdout);
  assert.deepEqual([status, pending, typeof lastSent], ["active", 0, "string"]);
  const path = join(site.workingFolder, "archive", "alerts.db");
  assert.equal(statSync(path).mode & 0o077, 0, "others may not read addresses and secrets");
  assert.equal((await run("alerts", "remove", "1")).exitCode, 0);
  assert.match((await run("alerts")).stderr, /No search is followed/);
});

test("what cannot be followed is refused with what was wanted, and follows nothing", async () => {
  await using site = await setUp();
  const refusals: readonly (readonly [RegExp, ...string[]])[] = [
    [/either --mail ADDRESS or --webhook URL/, "台风"],
    [/either --mail ADDRESS or --webhook URL/, "台风", "--mail", "a@example.org", "--webhook", "https://example.org/"],
    [/is no e-mail address/, "台风", "--mail", "a@example.org, b@example.org"],
    [/is no e-mail address/, "台风", "--mail", "a b@example.org"],
    [/webhook begins with https/, "台风", "--webhook", "ftp://example.org/"],
    [/webhook begins with https/, "台风", "--webhook", "https://user:pass@example.org/"],
    [/no time of day/, "台风", "--mail", "a@example.org", "--rhythm", "daily", "--at", "25:00"],
    [/no time zone/, "台风", "--mail", "a@example.org", "--zone", "Mars/Base"],
    [/a day of the calendar/, "台风", "--mail", "a@example.org", "--from", "gestern"],
  ];
  for (const [message, ...args] of refusals) {
    const { exitCode, stderr } = await site.run("alerts", "add", ...args);
    assert.match(stderr, message, args.join(" "));
    assert.equal(exitCode, 2, args.join(" "));
  }
  assert.equal((await site.run("alerts", "--json")).stdout, "[]\n");
  assert.equal((await site.run("alerts", "pause", "7")).exitCode, 1);
});

test("a message that does not arrive makes deliver fail and say why, and the alert shows it", async () => {
  await using site = await setUp();
  const closed = "http://127.0.0.1:9/hook";
  await site.run("alerts", "add", "台风", "--webhook", closed);
  await site.put("台风登陆");
  const { exitCode, stdout, stderr } = await site.run("alerts", "deliver");
  assert.equal(exitCode, 1);
  assert.match(stdout, /alert 1: waiting, http:\/\/127\.0\.0\.1:9 /);
  assert.match(stderr, /1 of 1 message could not be sent/);
  assert.match((await site.run("alerts")).stdout, /127\.0\.0\.1:9 does not accept connections/);
});

test("a server tells by itself, also of searches that are followed while it runs, and of nothing twice", async () => {
  await using site = await setUp();
  const { run, put, workingFolder, receiver } = site;
  const until = async (count: number): Promise<void> => {
    const giveUpMs = Date.now() + 20_000;
    while (receiver.posts.length < count && Date.now() < giveUpMs) await wait(50);
  };
  await serveCommand(
    ["serve", "--fetch-allow", "127.0.0.1"],
    async () => {
      await run("alerts", "add", "台风", "--webhook", receiver.address);
      await put("台风登陆", "天气晴好");
      await until(1);
      await put("台风远去");
      await until(2);
    },
    { workingFolder },
  );
  assert.deepEqual(site.titles(), ["台风登陆", "台风远去"]);
  assert.equal((await run("alerts", "deliver")).stdout, "");
});
