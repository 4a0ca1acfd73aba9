import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { toFollowedSearch } from "../../src/alerts/followed-search.ts";
import { addAlert } from "../../src/alerts/request-alert.ts";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { openAlerting } from "../../src/compose/alerting.ts";
import { openForWriting } from "../../src/compose/open-backend.ts";
import { startMailServer } from "../fakes/mail-server.ts";
import { startWebhookReceiver } from "../fakes/webhook-receiver.ts";

const VICTIM = fileURLToPath(new URL("./alert-victim.ts", import.meta.url));

const LETTERS = [..."春夏秋冬东西南北金木水火土山川湖海风云雷电雨雪霜"];

/** Articles of one word are told of one by one up to this: of more in an hour several together. */
const SINGLES_PER_WORD = 15;

/** Times that articles are stored between two kills, at most, and how many articles that comes to, about. */
const STORES_PER_KILL = 5;
const ARTICLES_PER_KILL = 2 * STORES_PER_KILL;

/** A process is killed after it has sent fewer messages than this, or so long after it began. */
const MESSAGES_PER_LIFE = 16;
const MAX_LIFE_MS = 3000;

/** One article of so many is about the first word, so that this is told of in digests when there are many kills. */
const BUSY_SHARE = 60;

/** Words that are each followed by a webhook, every fourth by mail too: as many as keep all but the first from having many articles. */
function toWords(kills: number): readonly string[] {
  const words = LETTERS.flatMap((_, shift) =>
    LETTERS.map((letter, index) => `${letter}${LETTERS[(index + 7 + shift) % LETTERS.length]}队`),
  );
  return words.slice(0, Math.max(LETTERS.length, Math.ceil((kills * ARTICLES_PER_KILL) / SINGLES_PER_WORD)));
}

export interface KillReport {
  readonly kills: number;
  /** Messages that were to arrive: of each alert one for each of its articles. */
  readonly expected: number;
  /** That arrived, told apart by their ids. */
  readonly arrived: number;
  /** That came again under an id that the receiver had. */
  readonly repeats: number;
  readonly missed: readonly string[];
  /** Told of under two ids. */
  readonly doubled: readonly string[];
}

export interface KillOptions {
  readonly kills: number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly onKill?: ((kill: number) => void) | undefined;
  /** Told of how many messages have not arrived yet, while it waits for them after the last kill. */
  readonly onWait?: ((missing: number) => void) | undefined;
}

/** How long is waited for the last messages: what was refused twice is sent again after five minutes. */
const MAX_WAIT_MS = 400_000;

/**
 * Stores articles while a process that tells of them is killed and started again, at random moments: as it starts, matches, plans, sends, or notes what it has
 * sent. Some messages are refused. In the end every article must have been told of under one id.
 */
export async function killAlerts({ kills, random, onKill, onWait }: KillOptions): Promise<KillReport> {
  const root = mkdtempSync(join(tmpdir(), "wenxun-alert-kills-"));
  const folder = join(root, "archive");
  await using mails = await startMailServer();
  await using hooks = await startWebhookReceiver();
  const expected = new Set<string>();
  const words = toWords(kills);
  try {
    await using backend = await openForWriting({ folder, encoder: { kind: "builtin" }, timezone: "Asia/Shanghai" });
    {
      await using alerting = openAlerting(backend, {
        ...{
          folder,
          smtp: undefined,
          mailFrom: undefined,
          fetchAllow: [],
          fetchContact: undefined,
          fetchTimeoutMs: 5000,
        },
      });
      for (const [index, word] of words.entries()) {
        const search = toFollowedSearch({ ...PLAIN_REQUEST, query: word, mode: "keyword" });
        await addAlert({ search, channel: "webhook", address: `${hooks.address}/${word}` }, alerting);
        if (index % 4 === 0)
          await addAlert({ search, channel: "mail", address: `reader${index}@example.org`, name: word }, alerting);
      }
    }
    let stored = 0;
    const store = async (): Promise<void> => {
      const articles = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
        const index = stored++;
        const at = index % BUSY_SHARE === 0 ? 0 : index % words.length;
        const word = words[at] as string;
        const id = `a${index}`;
        expected.add(`${word} ${id}`);
        if (at % 4 === 0) expected.add(`reader${at}@example.org ${id}`);
        return {
          id,
          title: `第 ${index} 场 ${id}`,
          body: `${word}出场。${fillerOf(index)}`,
          publishedAtMs: Date.now(),
        };
      });
      await backend.writer.put(articles);
    };
    const messages = (): number => hooks.posts.length + mails.received.length;
    for (let kill = 0; kill < kills; kill++) {
      const victim = startVictim(folder, mails.url);
      await store();
      const goal = messages() + Math.floor(random() * MESSAGES_PER_LIFE);
      if (random() > 0.1) await victim.ready;
      const untilMs = Date.now() + MAX_LIFE_MS;
      for (let stores = 1; messages() < goal && Date.now() < untilMs; await wait(2)) {
        if (stores < STORES_PER_KILL && random() < 0.1) {
          stores++;
          await store();
        }
      }
      await wait(random() * 20);
      if (random() < 0.1) mails.refusals.push({ code: 451, at: "data" });
      if (random() < 0.2) hooks.answers.push({ status: 500 });
      await victim.kill();
      onKill?.(kill + 1);
    }
    const last = startVictim(folder, mails.url);
    for (const giveUpMs = Date.now() + MAX_WAIT_MS; Date.now() < giveUpMs; await wait(500)) {
      const missing = findMissed(expected, arrivedIn(hooks, mails)).length;
      if (missing === 0) break;
      onWait?.(missing);
    }
    await wait(1000);
    await last.kill();
    return report(kills, expected, arrivedIn(hooks, mails));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Letters that no other article has in this order, so that none is a copy of another. */
const fillerOf = (index: number): string =>
  Array.from({ length: 120 }, (_, at) =>
    String.fromCodePoint(0x4e00 + ((index * 3571 + at * (89 + index)) % 20_000)),
  ).join("");

function startVictim(
  folder: string,
  smtp: string,
): { readonly ready: Promise<unknown>; readonly kill: () => Promise<void> } {
  const child = spawn(process.execPath, [VICTIM, folder, smtp], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  return {
    ready: Promise.race([once(child.stdout, "data"), gone]),
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/** A message: what it tells of, and its id. */
interface Arrived {
  readonly told: string;
  readonly id: string;
}

function arrivedIn(
  hooks: Awaited<ReturnType<typeof startWebhookReceiver>>,
  mails: Awaited<ReturnType<typeof startMailServer>>,
): Arrived[] {
  const ofHooks = hooks.posts.flatMap(({ path, headers, body, status }) =>
    status < 300
      ? JSON.parse(body).data.articles.map(({ id }: { id: string }) => ({
          told: `${decodeURIComponent(path.slice("/hook/".length))} ${id}`,
          id: headers["webhook-id"] ?? "",
        }))
      : [],
  );
  const ofMails = mails.received.flatMap(({ to, raw }) =>
    idsInMail(raw).map((article) => ({
      told: `${to[0]} ${article}`,
      id: /^Message-ID: (.*)$/im.exec(raw)?.[1]?.trim() ?? "",
    })),
  );
  return [...ofHooks, ...ofMails];
}

/** The articles of a mail, one or several: their ids stand in their titles. */
function idsInMail(raw: string): readonly string[] {
  const part = /Content-Type: text\/plain[\s\S]*?Content-Transfer-Encoding: (\S+)\r\n\r\n([\s\S]*?)\r\n--/i.exec(raw);
  const [, encoding = "", body = ""] = part ?? [];
  const text = encoding === "base64" ? Buffer.from(body, "base64").toString() : body.replace(/=\r\n/g, "");
  const ids = text.replace(/=[0-9A-F]{2}/g, " ").match(/\ba\d+\b/g) ?? [];
  return [...new Set(ids)];
}

const findMissed = (expected: ReadonlySet<string>, arrived: readonly Arrived[]): string[] => {
  const told = new Set(arrived.map((one) => one.told));
  return [...expected].filter((one) => !told.has(one));
};

function report(kills: number, expected: ReadonlySet<string>, arrived: readonly Arrived[]): KillReport {
  const idsOf = new Map<string, Set<string>>();
  for (const { told, id } of arrived) idsOf.set(told, (idsOf.get(told) ?? new Set()).add(id));
  const ids = new Set(arrived.map(({ told, id }) => `${told} ${id}`));
  return {
    kills,
    expected: expected.size,
    arrived: ids.size,
    repeats: arrived.length - ids.size,
    missed: findMissed(expected, arrived),
    doubled: [...idsOf].filter(([told, held]) => held.size > 1 || !expected.has(told)).map(([told]) => told),
  };
}
