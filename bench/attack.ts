/**
 * Attacks both servers, one way after the other, while a polite client goes on asking: no server may end, no answer may be a 5xx other than 503,
 * memory must stay below its ceiling, and all must be as before soon after. On this machine alone, for a bounded time.
 *
 *     node bench/attack.ts ARCHIVE [--seconds 6] [--max-memory 256m] [--only WORD] [--server search|encoder] [--program FOLDER] [--json FILE]
 *
 *     ARCHIVE       is served and written to: a copy
 *     --seconds     how long each attack lasts
 *     --max-memory  ceiling of the search server
 *     --only        attacks whose name holds one of these words: WORD|WORD
 *     --server      one of the two
 *     --program     folder of a checkout or an installed package that is attacked instead of this checkout
 *
 * Attackers have addresses 127.0.1.x, the polite client 127.0.0.2, who asks /livez 127.0.0.3: each asks ten times a second, from a thread
 * of their own. `control` is how long a server of node:http that does nothing else, in a process of its own, takes to answer at the same
 * time: what /livez takes beyond that is the server's. `recovery`: from the end of an attack until the polite client is answered within
 * three times its quiet median again. Needs Linux.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Attack } from "./attack/attack.ts";
import { encoderAttacks } from "./attack/encoder-attacks.ts";
import { holderAttacks } from "./attack/holder-attacks.ts";
import type { PoliteReply } from "./attack/polite-client.ts";
import { searchAttacks } from "./attack/search-attacks.ts";
import { absoluteMs, type PoliteQuestion, Witnesses } from "./attack/witnesses.ts";
import { describeCommit, describeMachine } from "./million/machine.ts";
import { residentMemory } from "./million/memory.ts";
import { percentiles } from "./million/statistics.ts";
import { startServer, type WenxunServer } from "./million/wenxun-process.ts";

const TOKEN = "a-token-for-the-attack";
const QUIET_MS = 4000;
const MAX_RECOVERY_MS = 15_000;
const SAMPLE_EVERY_MS = 50;
/** Quick enough, whatever the quiet median was. */
const RECOVERED_MS = 50;
const QUERIES = ["台风登陆", "高铁开通", "央行降息", "疫苗接种", "房价下跌", "冬奥会开幕", "芯片出口", "洪水救援"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "6" },
    "max-memory": { type: "string", default: "256m" },
    only: { type: "string", default: "" },
    server: { type: "string" },
    program: { type: "string" },
    json: { type: "string" },
  },
});
const [archive] = positionals;
if (archive === undefined) throw new Error("usage: node bench/attack.ts ARCHIVE");
const attackMs = Number(values.seconds) * 1000;
const problems: string[] = [];
const rows: Record<string, unknown>[] = [];

console.log(
  `${describeMachine()}; load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}; commit ${describeCommit()}`,
);
console.log(`${values.seconds} s for each attack; times in ms, memory in MB (10⁶)\n`);
if (values.server !== "encoder") await attackSearchServer(archive);
if (values.server !== "search") await attackEncoderServer();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
for (const problem of problems) console.log(`FAILED ${problem}`);
if (problems.length > 0) process.exitCode = 1;

async function attackSearchServer(folder: string): Promise<void> {
  const ceiling = values["max-memory"];
  const flags = ["--archive", folder, "--max-memory", ceiling, "--token", TOKEN];
  const server = await startServer("serve", flags, values.program);
  const ids = await findLongArticles(server);
  await attackAll(server, [...searchAttacks({ ids }), ...holderAttacks({ token: TOKEN })], {
    title: `search server, ceiling ${ceiling}`,
    ceilingMb: (Number.parseInt(ceiling, 10) * 2 ** 20) / 1e6,
    questions: QUERIES.map((query) => ({ path: `/api/v1/search?q=${encodeURIComponent(query)}` })),
  });
}

async function attackEncoderServer(): Promise<void> {
  const server = await startServer("encoder-server", [], values.program);
  await attackAll(server, encoderAttacks(), {
    title: "embedding server, unit of 320m",
    ceilingMb: (320 * 2 ** 20) / 1e6,
    questions: QUERIES.map((query) => ({ path: "/embed", body: JSON.stringify({ inputs: query }) })),
  });
}

async function findLongArticles({ url }: WenxunServer): Promise<string[]> {
  const reply = await fetch(`${url}/api/v1/search?q=${encodeURIComponent("报告 发展")}&limit=100`);
  const { hits } = (await reply.json()) as { hits: { id: string; bodyLength: number }[] };
  return hits
    .sort((a, b) => b.bodyLength - a.bodyLength)
    .slice(0, 20)
    .map(({ id }) => id);
}

interface Victim {
  readonly title: string;
  readonly ceilingMb: number;
  /** What the polite client asks, in turn. */
  readonly questions: readonly PoliteQuestion[];
}

async function attackAll(server: WenxunServer, attacks: readonly Attack[], victim: Victim): Promise<void> {
  const port = Number(new URL(server.url).port);
  const control = fork(new URL("attack/control-server.ts", import.meta.url));
  const [controlPort] = (await once(control, "message")) as [number];
  const witnesses = new Witnesses({ port, controlPort, questions: victim.questions });
  try {
    await wait(QUIET_MS);
    const [quiet, livez, alone] = (["polite", "livez", "control"] as const).map((one) =>
      timesOf(witnesses.since(one, 0)),
    );
    console.log(
      `### ${victim.title}\n\nquiet: p50 ${quiet?.p50}, p95 ${quiet?.p95}, /livez p95 ${livez?.p95}, control p95 ${alone?.p95}, ${residentMemory(server.pid)?.total} MB\n`,
    );
    console.log(
      "| attack | what it got | polite p50 | p95 | others than 200 | /livez p95 | most | control p95 | most | highest MB | recovery s |",
    );
    console.log("|---|---|---|---|---|---|---|---|---|---|---|");
    for (const attack of attacks) {
      if (!values.only.split("|").some((word) => attack.name.includes(word))) continue;
      if (!(await attackOnce(attack, { server, port, witnesses, victim, quietMs: quiet?.p50 ?? 0 }))) return;
    }
  } finally {
    await witnesses.stop();
    control.disconnect();
    await server.stop();
  }
}

interface Scene {
  readonly server: WenxunServer;
  readonly port: number;
  readonly witnesses: Witnesses;
  readonly victim: Victim;
  readonly quietMs: number;
}

/** Whether the server lives on. */
async function attackOnce(attack: Attack, { server, port, witnesses, victim, quietMs }: Scene): Promise<boolean> {
  const outcomes = new Map<string, number>();
  const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  let highest = 0;
  const sampler = setInterval(() => {
    highest = Math.max(highest, residentMemory(server.pid)?.total ?? 0);
  }, SAMPLE_EVERY_MS);
  const startMs = absoluteMs();
  const signal = AbortSignal.timeout(attackMs);
  await attack.run({ port, signal, count });
  const endMs = absoluteMs();
  const recoveryMs = await recover(witnesses, endMs, Math.max(RECOVERED_MS, 3 * quietMs));
  clearInterval(sampler);
  const [during = [], alive = [], alone = []] = (["polite", "livez", "control"] as const).map((one) =>
    witnesses.since(one, startMs).filter(({ atMs }) => atMs < endMs),
  );
  const [times, livez, control] = [timesOf(during), timesOf(alive), timesOf(alone)];
  const isAlive = residentMemory(server.pid) !== undefined;
  const others = tally(during.map(({ status }) => status).filter((status) => status !== "200"));
  const got = [...outcomes].map(([outcome, times]) => `${outcome} × ${times}`).join(", ");
  console.log(
    `| ${attack.name} | ${got} | ${times.p50} | ${times.p95} | ${others} | ${livez.p95} | ${livez.max} | ${control.p95} | ${control.max} | ${Math.round(highest)} | ${(recoveryMs / 1000).toFixed(1)} |`,
  );
  rows.push({
    server: victim.title,
    attack: attack.name,
    got: Object.fromEntries(outcomes),
    polite: times,
    livez,
    control,
    highest,
    recoveryMs,
  });
  const statuses = [...outcomes.keys(), ...during.map(({ status }) => status)];
  const wrong = statuses.filter((status) => /^5/.test(status) && status !== "503");
  if (!isAlive) problems.push(`${attack.name}: the server has ended`);
  if (wrong.length > 0) problems.push(`${attack.name}: ${wrong.join(", ")}`);
  if (highest > victim.ceilingMb)
    problems.push(`${attack.name}: ${Math.round(highest)} MB of ${Math.round(victim.ceilingMb)}`);
  if (recoveryMs > 5000) problems.push(`${attack.name}: ${(recoveryMs / 1000).toFixed(1)} s until all was as before`);
  return isAlive;
}

/** How long until three requests in a row are answered within a time. */
async function recover(witnesses: Witnesses, sinceMs: number, withinMs: number): Promise<number> {
  for (;;) {
    const replies = witnesses.since("polite", sinceMs);
    const good = replies.findIndex((_, index) =>
      replies.slice(index, index + 3).every(({ status, ms }) => status === "200" && ms <= withinMs),
    );
    if (good >= 0 && replies.length >= good + 3) return (replies[good]?.atMs ?? sinceMs) - sinceMs;
    if (absoluteMs() - sinceMs > MAX_RECOVERY_MS) return MAX_RECOVERY_MS;
    await wait(50);
  }
}

function timesOf(replies: readonly PoliteReply[]) {
  return percentiles(replies.filter(({ status }) => status === "200").map(({ ms }) => ms));
}

function tally(items: readonly string[]): string {
  return [...Map.groupBy(items, (item) => item)].map(([item, same]) => `${item} × ${same.length}`).join(", ") || "none";
}
