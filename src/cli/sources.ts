import type { Command } from "commander";
import type { Following } from "../compose/following.ts";
import { AppError } from "../errors.ts";
import { toSourceAddress } from "../sources/source-address.ts";
import type { FollowedSource } from "../sources/store/source-store.ts";
import { type SourceSummary, summarizeSources } from "../sources/summarize-source.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { checkWithPages, toReportJson, toReportLine } from "./follow.ts";
import { FOLLOWING_SETTINGS, openArchiveFollowing, openSourcesOnly } from "./following-settings.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";
import { toTable } from "./table.ts";

const EXAMPLES = `
Examples:
  wenxun sources                    how each of them is
  wenxun sources why 3              what went wrong last, and when it is tried again
  wenxun sources check 3            look at it now
  wenxun sources pause https://example.org/feed.xml
`;

export function registerSources(program: Command, context: CliContext): void {
  const command = program
    .command("sources")
    .description("Shows what is followed and how it is; pauses, removes and checks it. A running server obeys at once.")
    .addHelpText("after", EXAMPLES);
  registerList(command, context);
  registerWhy(command, context);
  registerCheck(command, context);
  registerChange(command, context, {
    name: "pause",
    summary: "look at it no more for now",
    done: "paused",
    change: ({ sources }, { id }) => sources.change(id, { status: "paused" }),
  });
  registerChange(command, context, {
    name: "resume",
    summary: "look at it again, from now on",
    done: "resumed",
    change: ({ sources, clock }, { id }) =>
      sources.change(id, {
        status: "active",
        failures: 0,
        problem: undefined,
        nextCheckMs: clock.nowMs(),
        steadyDueMs: undefined,
      }),
  });
  registerChange(command, context, {
    name: "remove",
    summary: "follow it no more; its articles stay",
    done: "removed",
    change: ({ sources }, { id }) => sources.remove(id),
  });
}

function registerList(parent: Command, context: CliContext): void {
  const command = parent
    .command("list", { isDefault: true })
    .summary("show what is followed")
    .description("Shows what is followed: when it was looked at, what came of it, and when it is looked at next.");
  addDataFlags(command, "source");
  const settings = addSettings(command, ["archive"]);
  command.action(async (flags: DataFlags) => {
    await using following = await openSourcesOnly(settings.load(context).config, context);
    const summaries = summarizeSources(following, following.clock.nowMs());
    if (writeData(flags, context, summaries)) return;
    if (summaries.length === 0) context.stderr.write("Nothing is followed. `wenxun follow URL` begins it.\n");
    else {
      const head = ["id", "health", "last success", "next check", "a day", "articles", "name", "address"];
      context.stdout.write(toTable(head, summaries.map(toRow)));
    }
  });
}

const toRow = (source: SourceSummary): string[] => [
  String(source.id),
  source.health,
  toMinute(source.lastSuccess) ?? "never",
  toMinute(source.nextCheck) ?? "-",
  String(source.articlesPerDay),
  String(source.articles),
  toPrintable(source.name ?? "-").slice(0, 30),
  toPrintable(source.address),
];

const toMinute = (iso: string | null): string | undefined => iso?.slice(0, 16).replace("T", " ");

function registerWhy(parent: Command, context: CliContext): void {
  const command = parent
    .command("why")
    .argument("<SOURCE>", "Id or address.")
    .summary("say how a source is, and what went wrong")
    .description("Says what came of the last check of a source, and what happens next.");
  addDataFlags(command);
  const settings = addSettings(command, ["archive"]);
  command.action(async (given: string, flags: DataFlags) => {
    await using following = await openSourcesOnly(settings.load(context).config, context);
    const { id } = find(following, given);
    const summary = summarizeSources(following, following.clock.nowMs()).find((source) => source.id === id);
    if (summary === undefined) return;
    if (!writeData(flags, context, summary)) context.stdout.write(toStory(summary));
  });
}

function toStory(source: SourceSummary): string {
  const { health, failures, lastCheck, lastSuccess, nextCheck, problem, notice, missed, waitingPages, hub } = source;
  const lines = [
    `${toPrintable(source.address)} (${source.kind}): ${health}`,
    `last check    ${toMinute(lastCheck) ?? "never"}`,
    `last success  ${toMinute(lastSuccess) ?? "never"}`,
    `next check    ${toMinute(nextCheck) ?? `none; \`wenxun sources resume ${source.id}\` begins again`}`,
    `articles      ${source.articles}, ${source.articlesPerDay} a day`,
  ];
  if (problem !== null)
    lines.push(`problem       ${toPrintable(problem)}${failures > 1 ? ` (${failures} times in a row)` : ""}`);
  if (notice !== null) lines.push(`notice        ${toPrintable(notice)}`);
  if (missed !== null) lines.push(`missed        articles were probably missed before ${toMinute(missed)}`);
  if (hub !== null) lines.push(`hub           ${toPrintable(hub)} ${toHubWords(source)}`);
  if (waitingPages > 0) lines.push(`pages         ${waitingPages} wait to be read for their text`);
  return `${lines.join("\n")}\n`;
}

function toHubWords({ hubStatus, hubProblem }: SourceSummary): string {
  const words = {
    offered:
      "is not asked to tell of what is new: `wenxun serve` does so where `public-url` says how the hub reaches it",
    asked: "was asked to tell of what is new, and has not confirmed it",
    active: "tells of what is new at once",
    refused: "does not tell of what is new",
  };
  const told = words[hubStatus ?? "offered"];
  return hubProblem === null ? told : `${told}. ${toPrintable(hubProblem)}`;
}

function registerCheck(parent: Command, context: CliContext): void {
  const command = parent
    .command("check")
    .argument("[SOURCE...]", "Ids or addresses; default: all that are not paused.")
    .summary("look at sources now")
    .description("Looks at sources now, one after the other, whenever they would have been looked at.");
  addDataFlags(command, "source, as soon as it has been looked at");
  const settings = addSettings(command, FOLLOWING_SETTINGS);
  command.action(async (given: string[], flags: DataFlags) => {
    const { config } = settings.load(context);
    const signal = context.stopSignal();
    // Asked first, so that a wrong name opens nothing.
    {
      await using books = await openSourcesOnly(config, context);
      for (const name of given) find(books, name);
    }
    await using following = { ...(await openArchiveFollowing(config, context)), signal };
    const chosen =
      given.length === 0
        ? following.sources.list().filter(({ status }) => status === "active")
        : given.map((name) => find(following, name));
    let failed = 0;
    const reports: unknown[] = [];
    for (const source of chosen) {
      if (signal.aborted) throw new AppError("interrupted", "Stopped; what was read is stored.");
      const report = await checkWithPages(source, following);
      if (report.outcome === "failed") failed++;
      if (flags.json) reports.push(toReportJson(report));
      else if (!writeData(flags, context, toReportJson(report))) context.stdout.write(`${toReportLine(report)}\n`);
    }
    if (flags.json) writeData(flags, context, reports);
    if (failed > 0) throw new AppError("fetch-failed", `${failed} of ${chosen.length} could not be read.`);
  });
}

interface Change {
  readonly name: string;
  readonly summary: string;
  readonly done: string;
  readonly change: (following: Following, source: FollowedSource) => void;
}

function registerChange(parent: Command, context: CliContext, { name, summary, done, change }: Change): void {
  const command = parent
    .command(name)
    .argument("<SOURCE...>", "Ids or addresses.")
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`);
  addDataFlags(command, "source");
  const settings = addSettings(command, ["archive", "auditLog"]);
  command.action(async (given: string[], flags: DataFlags) => {
    const { config } = settings.load(context);
    await using following = await openSourcesOnly(config, context);
    const chosen = given.map((text) => find(following, text));
    const audit = createCommandAudit(config, context);
    for (const source of chosen) {
      const { id, address } = source;
      await audit.change({ what: `source ${done}`, id, address }, () => change(following, source));
    }
    if (
      writeData(
        flags,
        context,
        chosen.map(({ id, address }) => ({ id, address, done })),
      )
    )
      return;
    for (const { address } of chosen) context.stdout.write(`${done} ${toPrintable(address)}\n`);
  });
}

/** @throws AppError `not-found` */
function find({ sources }: Following, given: string): FollowedSource {
  const found = /^\d{1,9}$/.test(given)
    ? sources.byId(Number(given))
    : sources.byAddress(toSourceAddress(given) ?? given);
  if (found !== undefined) return found;
  throw new AppError("not-found", `No source is called ${JSON.stringify(given)}; \`wenxun sources\` shows them.`);
}
