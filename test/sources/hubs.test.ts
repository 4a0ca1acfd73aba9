/** WebSub: hubs on this machine are asked, ask back, and tell of what is new. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, type TestContext, test } from "node:test";
import { openFollowing } from "../../src/compose/following.ts";
import { openSourceDesk } from "../../src/compose/source-desk.ts";
import type { Clock } from "../../src/fetch/clock.ts";
import { createFetcher } from "../../src/fetch/create-fetcher.ts";
import { checkSource } from "../../src/sources/check-source.ts";
import { askHub, confirmWaitMs } from "../../src/sources/push/ask-hub.ts";
import { findHub } from "../../src/sources/push/find-hub.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { startWebServer } from "../fakes/web-server.ts";
import { startFakeServer } from "../http/server.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SETTINGS = { fetchContact: undefined, fetchTimeoutMs: 5000, fetchMaxBytes: 1_000_000, timezone: "Asia/Shanghai" };

test("a hub is found in the header, which counts more, and in feeds", () => {
  const none = { hubs: [], selfUrl: undefined };
  const url = "https://news.test/feed";
  const found = (link: string | undefined, feed: Parameters<typeof findHub>[1] = none) => findHub(link, feed, url);
  const both = { hub: "https://hub.test/", topic: "https://news.test/all" };
  assert.deepEqual(found('<https://hub.test/>; rel="hub", <https://news.test/all>; rel="self"'), both);
  assert.deepEqual(found("</all>;rel=self,<https://hub.test/>;type=x;rel='x', <https://hub.test/>; rel=HUB"), both);
  assert.deepEqual(found(undefined, { hubs: ["https://hub.test/"], selfUrl: "https://news.test/all" }), both);
  const other = { hubs: ["https://other.test/"], selfUrl: undefined };
  assert.equal(found('<https://hub.test/>; rel="x hub"', other)?.hub, "https://hub.test/");
  assert.deepEqual(
    found(undefined, other),
    { hub: "https://other.test/", topic: url },
    "a feed without an address of its own",
  );
  assert.equal(found('<ftp://hub.test/>; rel="hub"'), undefined);
  assert.equal(found("<".repeat(8000)), undefined);
});

/** A site whose feed names a hub, both on this machine, and a server that the hub calls. */
async function setUp(t: TestContext, { publicUrl = "https://archive.example/", allow = ["127.0.0.1"] } = {}) {
  const asked: URLSearchParams[] = [];
  let status = 202;
  let hubAddress = "";
  const web = await startWebServer((request, response) => {
    if (request.url === "/hub") {
      void text(request).then((body) => {
        asked.push(new URLSearchParams(body));
        response.writeHead(status).end();
      });
    } else {
      response.writeHead(200, { link: [`<${hubAddress}>; rel="hub"`, '<https://news.test/feed>; rel="self"'] });
      response.end(
        "<rss><channel><title>晨报</title><item><guid>1</guid><title>大桥通车</title></item></channel></rss>",
      );
    }
  });
  t.after(() => web[Symbol.asyncDispose]());
  const site = `http://127.0.0.1:${web.port}`;
  hubAddress = `${site}/hub`;
  let nowMs = Date.UTC(2026, 0, 1);
  const clock: Clock = { nowMs: () => nowMs, steadyMs: () => nowMs, sleep: async () => {} };
  const folder = join(createTestFolder(), "archive");
  const fetcher = createFetcher({ userAgent: "test", allow: ["127.0.0.1"], gapMs: 0 });
  t.after(() => fetcher.close());
  const options = { ...SETTINGS, folder, fetcher, clock, fetchAllow: allow, publicUrl: publicUrl || undefined };
  const following = openFollowing({ ...options, asksHubs: true, archive: () => assert.fail("nothing is put") });
  t.after(() => following[Symbol.asyncDispose]());
  const put = async () => {};
  const { id } = following.sources.add({ kind: "feed", address: `${site}/feed`, fullText: "never" }, nowMs).source;
  const sources = openSourceDesk(options);
  t.after(() => sources[Symbol.asyncDispose]());
  const app = await startFakeServer(t, { token: "secret", sources });
  const source = () => following.sources.byId(id) ?? assert.fail();
  const push = () => following.pushes.ofSource(id) ?? assert.fail("no hub");
  const check = () => checkSource(source(), { ...following, put });
  const ask = async () => {
    for (const due of following.pushes.due(nowMs, 10)) {
      assert.ok(following.pushes.claim(due, nowMs + confirmWaitMs(due.tries)));
      assert.equal(following.pushes.claim(due, nowMs), false, "one process asks");
      await askHub(due, { ...(following.subscriber ?? assert.fail("no subscriber")), pushes: following.pushes });
    }
  };
  const callBack = (given: Readonly<Record<string, string>> = {}, key = push().key) => {
    const query = {
      mode: "subscribe",
      topic: "https://news.test/feed",
      challenge: "<b>c",
      lease_seconds: "864000",
      ...given,
    };
    const named = Object.entries(query).map(([name, value]): [string, string] => [`hub.${name}`, value]);
    return app.inject({ url: `/websub/${key}?${new URLSearchParams(named)}` });
  };
  const tell = (headers: Readonly<Record<string, string>> = {}, key = push().key) =>
    app.inject({
      method: "POST",
      url: `/websub/${key}`,
      payload: "<rss/>",
      headers: { "content-type": "text/xml", ...headers },
    });
  const sign = (method: string): Record<string, string> => ({
    "x-hub-signature": `${method}=${createHmac(method, push().secret).update("<rss/>").digest("hex")}`,
  });
  return {
    following,
    asked,
    id,
    source,
    push,
    check,
    ask,
    callBack,
    tell,
    sign,
    sources,
    pass: (ms: number) => {
      nowMs += ms;
    },
    now: () => nowMs,
    answer: (next: number) => {
      status = next;
    },
    /** As if the hub were one of https, which is given a secret. */
    makeSecret: () => following.database.prepare("UPDATE push SET hub = 'https://hub.test/'").run(),
  };
}

describe("a hub", () => {
  test("is asked, confirmed by its challenge, told of as active, and asked again before the agreement ends", async (t) => {
    const { check, ask, asked, callBack, push, sources, pass, now } = await setUp(t);
    await check();
    assert.deepEqual([push().topic, push().status], ["https://news.test/feed", "offered"]);
    await ask();
    const [request] = asked;
    assert.deepEqual(Object.fromEntries(request ?? []), {
      "hub.mode": "subscribe",
      "hub.topic": "https://news.test/feed",
      "hub.callback": `https://archive.example/websub/${push().key}`,
      "hub.lease_seconds": "864000",
    });
    assert.equal(push().key.length, 32);
    assert.equal(sources.list()[0]?.hubStatus, "asked");
    const { statusCode, body, headers } = await callBack();
    assert.deepEqual([statusCode, body, headers["content-type"]], [200, "<b>c", "text/plain; charset=utf-8"]);
    assert.deepEqual([sources.list()[0]?.hubStatus, push().untilMs], ["active", now() + 10 * DAY]);
    pass(7 * DAY);
    await ask();
    assert.equal(asked.length, 1);
    pass(1 * DAY);
    await ask();
    assert.equal(asked.length, 2);
    assert.equal(sources.list()[0]?.hubStatus, "active", "while it is renewed");
    pass(3 * DAY);
    assert.equal(sources.list()[0]?.hubStatus, "asked", "it did not confirm, and the time is over");
  });

  test("that was not asked, or asks for another topic, another key or the end, gets no challenge", async (t) => {
    const { check, ask, callBack, pass, push } = await setUp(t);
    await check();
    assert.equal((await callBack()).statusCode, 404, "not asked yet");
    await ask();
    assert.equal((await callBack({ topic: "https://news.test/other" })).statusCode, 404);
    assert.equal((await callBack({ mode: "unsubscribe" })).statusCode, 404);
    assert.equal((await callBack({}, "a".repeat(32))).statusCode, 404);
    assert.equal((await callBack({}, "../etc")).statusCode, 404);
    assert.equal(push().status, "asked");
    assert.equal(
      (await callBack({ lease_seconds: "99999999999999" })).statusCode,
      200,
      "a lease that is no number of seconds",
    );
    pass(DAY);
    assert.equal((await callBack()).statusCode, 404, "twice");
  });

  test("that refuses is asked again after a week, one that fails after hours, and the feed is looked at all the while", async (t) => {
    const { check, ask, asked, answer, callBack, push, pass, sources, source } = await setUp(t);
    answer(500);
    await check();
    const plannedMs = source().nextCheckMs;
    await ask();
    assert.match(sources.list()[0]?.hubProblem ?? "", /answered 500/);
    pass(HOUR);
    await ask();
    pass(HOUR);
    await ask();
    assert.equal(asked.length, 2, "the second wait is longer");
    assert.equal((await callBack({ mode: "denied", reason: "no <b>" })).statusCode, 200);
    assert.match(push().problem ?? "", /refuses: no <b>/);
    pass(6 * DAY);
    await ask();
    assert.equal(asked.length, 2);
    pass(1 * DAY);
    await ask();
    assert.equal(asked.length, 3);
    assert.equal(source().nextCheckMs, plannedMs);
  });

  test("that tells of something has the feed looked at, the sooner the surer it is that it was the hub", async (t) => {
    const { check, ask, callBack, tell, sign, source, pass, now, makeSecret, push, following, id } = await setUp(t);
    await check();
    await ask();
    await callBack();
    pass(2 * MINUTE);
    assert.equal((await tell()).statusCode, 202);
    assert.equal(source().nextCheckMs, now() + 8 * MINUTE, "ten minutes after the last check: nothing was signed");
    makeSecret();
    const before = source().nextCheckMs;
    for (const headers of [
      {},
      { "x-hub-signature": "sha256=00" },
      { "x-hub-signature": `sha256=${"0".repeat(64)}` },
      { "x-hub-signature": "md5=x" },
    ]) {
      assert.equal((await tell(headers)).statusCode, 202, "whoever forges learns nothing");
      assert.equal(source().nextCheckMs, before, JSON.stringify(headers));
      assert.match(push().problem ?? "", /signature/);
    }
    await tell(sign("sha1"));
    assert.equal(source().nextCheckMs, before, "sha1 is believed no more than an unsigned hint");
    for (const method of ["sha256", "sha384", "sha512"]) {
      await check();
      assert.ok(source().nextCheckMs > now() + 2 * MINUTE);
      makeSecret();
      await tell(sign(method));
      assert.equal(source().nextCheckMs, now() + MINUTE, method);
      pass(2 * MINUTE);
      following.sources.change(id, { nextCheckMs: now() + HOUR });
      await tell(sign(method));
      assert.equal(source().nextCheckMs, now(), method);
    }
  });

  test("that is told of nothing any more is answered 410", async (t) => {
    const { check, ask, tell, push, following, id } = await setUp(t);
    await check();
    await ask();
    const { key } = push();
    following.sources.remove(id);
    assert.equal((await tell({}, key)).statusCode, 410);
    assert.equal((await tell({}, "b".repeat(32))).statusCode, 410);
  });

  test("makes nobody ask sooner a feed that fails, and a message during a check is not forgotten", async (t) => {
    const { check, ask, tell, source, following, id, pass, now, callBack } = await setUp(t);
    await check();
    await ask();
    await callBack();
    following.sources.change(id, { failures: 1, nextCheckMs: now() + DAY });
    pass(HOUR);
    await tell();
    assert.equal(source().nextCheckMs, now() + DAY - HOUR);
    following.sources.change(id, { failures: 0 });
    const checking = check();
    await tell();
    await checking;
    assert.equal(source().nextCheckMs, now() + 10 * MINUTE);
  });

  test("in a private network is not asked, and none is where nobody could call back", async (t) => {
    const guarded = await setUp(t, { allow: [] });
    await guarded.check();
    await guarded.ask();
    assert.equal(guarded.asked.length, 0);
    assert.match(guarded.push().problem ?? "", /127\.0\.0\.1/);
    const { following, check, sources } = await setUp(t, { publicUrl: "" });
    await check();
    assert.equal(following.subscriber, undefined);
    assert.equal(sources.list()[0]?.hubStatus, "offered");
  });
});
