/** Mails to a real SMTP server, webhooks to a real HTTP receiver. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import type { Alert } from "../../src/alerts/alert.ts";
import { type DeliverOptions, type DeliveryReport, deliverDue } from "../../src/alerts/delivery/deliver-due.ts";
import { createMailSender } from "../../src/alerts/delivery/mail-sender.ts";
import { createWebhookSender } from "../../src/alerts/delivery/webhook-sender.ts";
import { Outbox } from "../../src/alerts/store/outbox.ts";
import type { Article } from "../../src/archive/article.ts";
import { createPoster } from "../../src/fetch/create-poster.ts";
import { type AlertBooks, openAlertBooks } from "../fakes/alert-books.ts";
import { startMailServer } from "../fakes/mail-server.ts";
import { startWebServer } from "../fakes/web-server.ts";
import { startWebhookReceiver } from "../fakes/webhook-receiver.ts";

const article = (id: string, title: string, more: Partial<Article> = {}): Article => ({
  id,
  title,
  body: `${title}。${id} 的正文，各不相同：${[...id].reverse().join("、")}。`,
  source: "江城早报",
  ...more,
});

interface Desk extends AsyncDisposable {
  readonly outbox: Outbox;
  /** Takes what is new, and attempts what is due. */
  readonly deliver: () => Promise<DeliveryReport[]>;
}

function openDesk(books: AlertBooks, { smtp, allow = ["127.0.0.1"] }: { smtp?: string; allow?: string[] } = {}): Desk {
  const { database, alerts, archive, clock } = books;
  const outbox = new Outbox(database);
  const nowMs = () => clock.nowMs;
  const poster = createPoster({ userAgent: "wenxun/test", allow });
  const pages: DeliverOptions["pages"] = {
    toArticle: (id) => `https://archive.example/articles/${id}`,
    toSearch: ({ search }) => `https://archive.example/?q=${encodeURIComponent(search.query)}`,
    toUnsubscribe: (key) => `https://archive.example/unsubscribe/${key}`,
  };
  const mail = createMailSender({ server: smtp, from: "闻寻 <archive@archive.example>", pages });
  const senders = { webhook: createWebhookSender({ poster, nowMs }), mail };
  return {
    outbox,
    deliver: async () => {
      await books.take();
      const reports: DeliveryReport[] = [];
      const work = { alerts, outbox, archive, senders, pages, nowMs, random: () => 0.5 };
      await deliverDue(work, (report) => reports.push(report));
      return reports;
    },
    [Symbol.asyncDispose]: async () => {
      await poster.close();
      await mail[Symbol.asyncDispose]();
    },
  };
}

const statusOf = (books: AlertBooks, { id }: Alert) => {
  const { status, problem } = books.alerts.byId(id) as Alert;
  return [status, problem];
};

test("a webhook is signed so that a library of Standard Webhooks takes it, and names article, page and search", async () => {
  using books = openAlertBooks();
  await using receiver = await startWebhookReceiver();
  await using desk = openDesk(books);
  // Receivers refuse what was signed long ago.
  books.clock.nowMs = Date.now();
  const alert = books.follow("台风", { address: receiver.address });
  await books.archive.put(
    article("a", "颱風登陸", { url: "https://news.example/a", publishedAtMs: books.clock.nowMs }),
  );
  const [report] = await desk.deliver();
  assert.equal(report?.outcome, "sent");
  const [post] = receiver.posts;
  const secret = books.alerts.secretsOf(alert.id)?.signingSecret ?? "";
  const payload = new Webhook(secret).verify(post?.body ?? "", post?.headers ?? {}) as Record<string, never>;
  assert.equal(payload.type, "alert.article");
  assert.deepEqual(payload.data, {
    alert: {
      id: alert.id,
      name: "台风",
      query: "台风",
      mode: "keyword",
      searchPage: "https://archive.example/?q=%E5%8F%B0%E9%A3%8E",
    },
    total: 1,
    olderThanThreeDays: 0,
    articles: [
      {
        id: "a",
        title: "颱風登陸",
        url: "https://news.example/a",
        source: "江城早报",
        published: new Date(books.clock.nowMs).toISOString(),
        snippet: "a 的正文，各不相同：a。",
        page: "https://archive.example/articles/a",
        alsoIn: [],
      },
    ],
  });
  assert.throws(() => new Webhook(secret).verify(`${post?.body} `, post?.headers ?? {}), "a changed body is refused");
  assert.deepEqual(await desk.deliver(), [], "it is sent once");
});

test("a webhook that fails is sent again under its id after 5 seconds, 5 minutes and so on over two days, then given up", async () => {
  using books = openAlertBooks();
  await using receiver = await startWebhookReceiver(
    Array.from({ length: 9 }, (_, index) => ({ status: index === 1 ? 302 : 500 })),
  );
  await using desk = openDesk(books);
  const alert = books.follow("台风", { address: receiver.address });
  await books.archive.put(article("a", "台风"));
  const begunMs = books.clock.nowMs;
  const waitsS: number[] = [];
  for (let reports = await desk.deliver(); reports[0]?.outcome === "waiting"; reports = await desk.deliver()) {
    const dueMs = desk.outbox.ofAlert(alert.id, 1)[0]?.nextAttemptMs ?? 0;
    waitsS.push((dueMs - books.clock.nowMs) / 1000);
    books.clock.nowMs = dueMs - 1;
    assert.deepEqual(await desk.deliver(), [], "not before its time");
    books.clock.nowMs = dueMs;
  }
  assert.deepEqual(waitsS, [5, 300, 1800, 7200, 18000, 36000, 50400, 72000]);
  assert.ok(books.clock.nowMs - begunMs > 2 * 86_400_000);
  assert.equal(new Set(receiver.posts.map(({ headers }) => headers["webhook-id"])).size, 1);
  assert.equal(receiver.posts.length, 9);
  assert.deepEqual(desk.outbox.ofAlert(alert.id, 1)[0]?.status, "failed");
  assert.equal(desk.outbox.replay(alert.id, { sinceMs: undefined, nowMs: books.clock.nowMs }), 1);
  assert.equal((await desk.deliver())[0]?.outcome, "sent");
  assert.equal(receiver.posts.at(-1)?.headers["webhook-id"], receiver.posts[0]?.headers["webhook-id"]);
});

test("Retry-After is kept to, 410 stops the alert, and redirects are not followed", async () => {
  using books = openAlertBooks();
  await using receiver = await startWebhookReceiver([
    { status: 503, headers: { "retry-after": "3600" } },
    { status: 307, headers: { location: "/elsewhere" } },
    { status: 410 },
  ]);
  await using desk = openDesk(books);
  const alert = books.follow("台风", { address: receiver.address });
  await books.archive.put(article("a", "台风"));
  await desk.deliver();
  assert.equal(desk.outbox.ofAlert(alert.id, 1)[0]?.nextAttemptMs, books.clock.nowMs + 3_600_000);
  for (const expected of [
    "The receiver answered 307, and redirects are not followed.",
    "The receiver wants no more (410 Gone).",
  ]) {
    books.clock.nowMs = desk.outbox.ofAlert(alert.id, 1)[0]?.nextAttemptMs ?? 0;
    assert.equal((await desk.deliver())[0]?.problem, expected);
  }
  assert.deepEqual(
    receiver.posts.map(({ path }) => path),
    ["/hook", "/hook", "/hook"],
  );
  assert.deepEqual(statusOf(books, alert), ["stopped", "The receiver wants no more (410 Gone)."]);
  await books.archive.put(article("b", "台风乙"));
  assert.deepEqual(await desk.deliver(), []);
});

test("no webhook reaches a host of the network that is not allowed", async () => {
  using books = openAlertBooks();
  await using receiver = await startWebhookReceiver();
  await using desk = openDesk(books, { allow: [] });
  const alert = books.follow("台风", { address: receiver.address });
  await books.archive.put(article("a", "台风"));
  assert.equal((await desk.deliver())[0]?.outcome, "waiting");
  assert.deepEqual(receiver.posts, []);
  assert.match(statusOf(books, alert)[1] ?? "", /127\.0\.0\.1 is an address of/);
});

test("a webhook of many articles is a digest of at most 20 kB that says how many there are", async () => {
  using books = openAlertBooks();
  await using receiver = await startWebhookReceiver();
  await using desk = openDesk(books);
  books.follow("台风", { address: receiver.address });
  await books.archive.put(
    ...Array.from({ length: 150 }, (_, index) => article(`a${index}`, `台风 ${index} ${"号外".repeat(40)}`)),
  );
  assert.deepEqual(await desk.deliver(), [], "an import may be going on");
  books.clock.nowMs += 60_000;
  assert.equal((await desk.deliver()).length, 1);
  const [post] = receiver.posts;
  const { type, data } = JSON.parse(post?.body ?? "{}");
  assert.deepEqual([type, data.total, data.articles[0].id], ["alert.digest", 150, "a149"]);
  assert.ok(Buffer.byteLength(post?.body ?? "") <= 20_000);
  assert.ok(data.articles.length > 5);
});

test("old news is told of together and later, and holds up nothing that is new", async () => {
  using books = openAlertBooks();
  await using receiver = await startWebhookReceiver();
  await using desk = openDesk(books);
  books.follow("台风", { address: receiver.address });
  const publishedAtMs = books.clock.nowMs - 400 * 86_400_000;
  await books.archive.put(
    article("o1", "旧台风", { publishedAtMs }),
    article("new", "新台风"),
    article("o2", "台风旧事", { publishedAtMs }),
  );
  await desk.deliver();
  books.clock.nowMs += 60_000;
  await desk.deliver();
  const told = receiver.posts.map(({ body }) => JSON.parse(body).data);
  assert.deepEqual(
    told.map(({ total, olderThanThreeDays }) => [total, olderThanThreeDays]),
    [
      [1, 0],
      [2, 2],
    ],
  );
});

test("articles that were removed before a delivery are not told of, and a delivery of nothing is none", async () => {
  using books = openAlertBooks();
  await using receiver = await startWebhookReceiver([{ status: 500 }]);
  await using desk = openDesk(books);
  const alert = books.follow("台风", { address: receiver.address });
  await books.archive.put(article("a", "台风"));
  await desk.deliver();
  books.archive.remove("a");
  books.clock.nowMs += 10_000;
  assert.equal((await desk.deliver())[0]?.outcome, "dropped");
  assert.deepEqual([receiver.posts.length, desk.outbox.ofAlert(alert.id, 1)[0]?.status], [1, "dropped"]);
});

const DAILY = { channel: "mail", address: "reader@example.org", rhythm: "daily", language: "zh-Hans" } as const;

/** Encoded words and parts of a mail, as people read them. */
function readMail(raw: string) {
  const unfolded = raw.replace(/\r\n[ \t]+/g, " ");
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, "im").exec(unfolded)?.[1]?.trim();
  const parts = [
    ...raw.matchAll(/Content-Type: (text\/\w+)[\s\S]*?Content-Transfer-Encoding: (\S+)\r\n\r\n([\s\S]*?)\r\n--/gi),
  ];
  const bodies = new Map(parts.map(([, type, encoding = "", body = ""]) => [type, decode(body, encoding)]));
  return { header, text: bodies.get("text/plain") ?? "", html: bodies.get("text/html") ?? "" };
}

function decode(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString().replaceAll("\r\n", "\n");
  if (encoding !== "quoted-printable") return body.replaceAll("\r\n", "\n");
  const bytes = body
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString().replaceAll("\r\n", "\n");
}

test("a daily digest comes at eight of the reader's zone, as text and HTML, with a link to unsubscribe by one click", async () => {
  using books = openAlertBooks();
  await using server = await startMailServer();
  await using desk = openDesk(books, { smtp: server.url });
  const alert = books.follow("台风", { ...DAILY, name: "台风 <消息>" });
  const publishedAtMs = Date.parse("2026-03-02T01:30:00Z");
  await books.archive.put(
    article("a", "<b>颱風</b>登陸", { publishedAtMs }),
    article("b", "台风远去"),
    article("x", "天晴"),
  );
  assert.deepEqual(await desk.deliver(), []);
  books.clock.nowMs = Date.parse("2026-03-02T23:59:59Z");
  assert.deepEqual(await desk.deliver(), []);
  books.clock.nowMs = Date.parse("2026-03-03T00:00:00Z");
  assert.equal((await desk.deliver())[0]?.outcome, "sent");
  assert.deepEqual([server.received.length, server.received[0]?.to], [1, ["reader@example.org"]]);
  const { header, text: plain, html } = readMail(server.received[0]?.raw ?? "");
  const { key } = books.alerts.secretsOf(alert.id) ?? { key: "" };
  assert.equal(header("List-Unsubscribe"), `<https://archive.example/unsubscribe/${key}>`);
  assert.equal(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
  assert.equal(header("Message-ID"), `<${desk.outbox.ofAlert(alert.id, 1)[0]?.messageId}@archive.example>`);
  assert.equal(header("Date"), "Tue, 03 Mar 2026 00:00:00 +0000");
  assert.equal(header("Auto-Submitted"), "auto-generated");
  assert.match(
    plain,
    /有 2 篇新文章符合“台风 <消息>”。[\s\S]*<b>颱風<\/b>登陸\n江城早报 · 2026-03-02 09:30\n[\s\S]*https:\/\/archive\.example\/articles\/a/,
  );
  assert.match(html, /&lt;b&gt;颱風&lt;\/b&gt;登陸/);
  assert.doesNotMatch(html, /<b>颱風|<img|<script/);
  books.clock.nowMs = Date.parse("2026-03-04T00:00:00Z");
  assert.deepEqual(await desk.deliver(), [], "nothing new is no mail");
});

test("a mail that the server refuses for now is sent again under its Message-ID; an address that there is not stops the alert", async () => {
  using books = openAlertBooks();
  await using server = await startMailServer();
  await using desk = openDesk(books, { smtp: server.url });
  const alert = books.follow("台风", { ...DAILY, rhythm: "instant", language: "en" });
  await books.archive.put(article("a", "台风甲\r\nBcc: someone@example.org"));
  server.refusals.push({ code: 451, at: "data" });
  assert.equal((await desk.deliver())[0]?.outcome, "waiting");
  books.clock.nowMs += 10_000;
  assert.equal((await desk.deliver())[0]?.outcome, "sent");
  const { header } = readMail(server.received[0]?.raw ?? "");
  assert.deepEqual([header("Bcc"), header("To")], [undefined, "reader@example.org"]);
  await books.archive.put(article("b", "台风乙"));
  server.refusals.push({ code: 550, at: "recipient" });
  assert.equal((await desk.deliver())[0]?.outcome, "failed");
  const [status, problem] = statusOf(books, alert);
  assert.equal(status, "stopped");
  assert.match(problem ?? "", /mail server did not take it: 550 refused/);
});

test("a receiver that does not answer holds up its own host alone, and the others of it lose no attempt", async () => {
  using books = openAlertBooks();
  await using receiver = await startWebhookReceiver();
  const held: (() => void)[] = [];
  await using deaf = await startWebServer((_request, response) => held.push(() => response.destroy()));
  await using desk = openDesk(books);
  const mute = [1, 2, 3].map((one) => books.follow("台风", { address: `http://127.0.0.1:${deaf.port}/${one}` }));
  const quick = Array.from({ length: 12 }, () => books.follow("台风", { address: receiver.address }));
  await books.archive.put(article("a", "台风"));
  const delivering = desk.deliver();
  while (receiver.posts.length < quick.length) await wait(5);
  assert.equal(held.length, 1, "one at a time of the host that is slow");
  for (const letGo of held) letGo();
  const reports = await delivering;
  assert.equal(reports.filter(({ outcome }) => outcome === "sent").length, quick.length);
  const ofMute = mute.map(({ id }) => desk.outbox.ofAlert(id, 1)[0]);
  assert.deepEqual(
    ofMute.map((delivery) => delivery?.attempts),
    [1, 0, 0],
  );
  assert.deepEqual(
    ofMute.map((delivery) => (delivery?.nextAttemptMs ?? 0) - books.clock.nowMs),
    [5000, 60_000, 60_000],
  );
  const waiting = mute.map(({ id }) => [id, 1]);
  assert.deepEqual(
    mute.map(({ id }) => [id, desk.outbox.pendingCount(id)]),
    waiting,
    "it still waits to be told of",
  );
  assert.deepEqual([...desk.outbox.pendingCounts()].sort(), waiting, "of all at once as of each");
});

test("a mail server that lets nobody in or refuses the sender is no reader's fault: mails wait, and no alert stops", async () => {
  using books = openAlertBooks();
  await using server = await startMailServer();
  const alerts = [1, 2].map((one) =>
    books.follow("台风", { ...DAILY, rhythm: "instant", address: `r${one}@example.org` }),
  );
  await books.archive.put(article("a", "台风"));
  for (const [smtp, problem] of [
    [server.url.replace("s3cret", "wrong"), /Invalid login|wrong password/],
    [await openRefusingPort("554 no service here"), /554 no service/],
  ] as const) {
    await using desk = openDesk(books, { smtp });
    assert.deepEqual((await desk.deliver()).map(({ outcome }) => outcome).slice(0, 1), ["waiting"]);
    const waiting = alerts.map(({ id }) => desk.outbox.ofAlert(id, 1)[0]);
    assert.deepEqual(
      waiting.map((delivery) => delivery?.attempts),
      [0, 0],
    );
    assert.match(waiting[1]?.problem ?? "", problem);
    books.clock.nowMs += 600_000;
  }
  await using desk = openDesk(books, { smtp: server.url });
  assert.deepEqual(
    (await desk.deliver()).map(({ outcome }) => outcome),
    ["sent", "sent"],
  );
});

/** A mail server that says one thing and hangs up. */
async function openRefusingPort(greeting: string): Promise<string> {
  const server = createServer((socket) => socket.end(`${greeting}\r\n`)).listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("without a mail server mails wait, and lose no attempt", async () => {
  using books = openAlertBooks();
  await using desk = openDesk(books);
  const alert = books.follow("台风", { ...DAILY, rhythm: "instant" });
  await books.archive.put(article("a", "台风"));
  assert.equal((await desk.deliver())[0]?.outcome, "waiting");
  const [delivery] = desk.outbox.ofAlert(alert.id, 1);
  assert.deepEqual([delivery?.attempts, delivery?.nextAttemptMs], [0, books.clock.nowMs + 600_000]);
  await using server = await startMailServer();
  await using withServer = openDesk(books, { smtp: server.url });
  books.clock.nowMs += 600_000;
  assert.equal((await withServer.deliver())[0]?.outcome, "sent");
});
