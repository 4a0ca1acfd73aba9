import type { Command } from "commander";
import type { Alert } from "../alerts/alert.ts";
import { workOnce } from "../alerts/run-alerts.ts";
import { type AlertSummary, summarizeAlerts } from "../alerts/summarize-alert.ts";
import { AppError } from "../errors.ts";
import {
  ALERTING_SETTINGS,
  type AlertsOnly,
  findAlert,
  openAlertsOnly,
  openArchiveAlerting,
} from "./alerting-settings.ts";
import { registerAddAlert, registerPreviewAlert } from "./alerts-add.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";
import { toTable } from "./table.ts";

const EXAMPLES = `
Examples:
  wenxun alerts add 台风 --mail reader@example.org --rhythm daily --at 07:30
  wenxun alerts add '"人工智能" -广告' --webhook https://example.org/hook
  wenxun alerts                     which searches are followed
  wenxun alerts preview 台风        how often it would have told of something
  wenxun alerts replay 3            send again what was given up
`;

export function registerAlerts(program: Command, context: CliContext): void {
  const command = program
    .command("alerts")
    .description(
      "Shows, adds and changes searches that are followed: somebody is told of new articles that match. `wenxun serve` tells by itself;\n" +
        "`wenxun alerts deliver` does so once.",
    )
    .addHelpText("after", EXAMPLES);
  registerList(command, context);
  registerAddAlert(command, context);
  registerPreviewAlert(command, context);
  registerChange(command, context, {
    name: "pause",
    summary: "tell of nothing for now",
    done: "paused",
    change: ({ alerts }, { id }) => alerts.change(id, { status: "paused" }),
  });
  registerResume(command, context);
  registerChange(command, context, {
    name: "remove",
    summary: "follow a search no more",
    done: "removed",
    change: ({ alerts }, { id }) => alerts.remove(id),
  });
  registerDeliver(command, context);
  registerReplay(command, context);
}

function registerList(parent: Command, context: CliContext): void {
  const command = parent
    .command("list", { isDefault: true })
    .summary("show which searches are followed")
    .description("Shows which searches are followed, who is told and when, and what went wrong.");
  addDataFlags(command, "search");
  const settings = addSettings(command, ["archive"]);
  command.action(async (flags: DataFlags) => {
    using books = await openAlertsOnly(settings.load(context).config, context);
    const summaries = summarizeAlerts(books.alerts, books.outbox);
    if (!writeData(flags, context, summaries)) {
      const head = ["id", "status", "rhythm", "last sent", "pending", "name", "address", "problem"];
      if (summaries.length > 0) context.stdout.write(toTable(head, summaries.map(toRow)));
      else context.stderr.write("No search is followed. `wenxun alerts add` begins it.\n");
    }
    const { notice } = books.progress.read() ?? {};
    if (notice !== undefined) context.stderr.write(`${notice}\n`);
  });
}

const toRow = ({ id, status, rhythm, at, lastSent, pending, name, address, problem }: AlertSummary): string[] => [
  String(id),
  status,
  rhythm === "daily" ? `daily ${at}` : rhythm,
  lastSent?.slice(0, 16).replace("T", " ") ?? "never",
  String(pending),
  toPrintable(name).slice(0, 40),
  toPrintable(address).slice(0, 60),
  toPrintable(problem ?? "-"),
];

interface Change {
  readonly name: string;
  readonly summary: string;
  readonly done: string;
  readonly change: (books: AlertsOnly, alert: Alert) => void;
}

function registerChange(parent: Command, context: CliContext, { name, summary, done, change }: Change): void {
  const command = parent
    .command(name)
    .argument("<ID...>", "Ids of alerts.")
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`);
  addDataFlags(command, "alert");
  const settings = addSettings(command, ["archive", "auditLog"]);
  command.action(async (given: string[], flags: DataFlags) => {
    const { config } = settings.load(context);
    using books = await openAlertsOnly(config, context);
    const chosen = given.map((text) => findAlert(books, text));
    const audit = createCommandAudit(config, context);
    for (const alert of chosen) await audit.change({ what: `alert ${done}`, id: alert.id }, () => change(books, alert));
    writeChanged(chosen, { done, flags, context });
  });
}

interface Changed {
  readonly done: string;
  readonly flags: DataFlags;
  readonly context: CliContext;
}

function writeChanged(alerts: readonly Alert[], { done, flags, context }: Changed): void {
  const changed = alerts.map(({ id, name }) => ({ id, name, done }));
  if (writeData(flags, context, changed)) return;
  for (const { id, name } of changed) context.stdout.write(`${done} ${id}: ${toPrintable(name)}\n`);
}

function registerResume(parent: Command, context: CliContext): void {
  const command = parent
    .command("resume")
    .argument("<ID...>", "Ids of alerts.")
    .summary("tell again, of what comes from now on")
    .description("Tells again, of what comes from now on; articles of the time between are left out.");
  addDataFlags(command, "alert");
  const settings = addSettings(command, ALERTING_SETTINGS);
  command.action(async (given: string[], flags: DataFlags) => {
    const { config } = settings.load(context);
    await using alerting = await openArchiveAlerting(config, context);
    const chosen = given.map((text) => findAlert(alerting, text));
    const audit = createCommandAudit(config, context);
    const head = await alerting.archive.head();
    for (const alert of chosen)
      await audit.change({ what: "alert resumed", id: alert.id }, () =>
        alerting.alerts.resume(alert, head, alerting.nowMs()),
      );
    writeChanged(chosen, { done: "resumed", flags, context });
  });
}

function registerDeliver(parent: Command, context: CliContext): void {
  const command = parent
    .command("deliver")
    .summary("hold new articles against followed searches, and send what is due")
    .description(
      "Holds new articles against followed searches and sends what is due, once. A server does so by itself.",
    );
  addDataFlags(command, "message");
  const settings = addSettings(command, ALERTING_SETTINGS);
  command.action(async (flags: DataFlags) => {
    const signal = context.stopSignal();
    await using alerting = await openArchiveAlerting(settings.load(context).config, context);
    const { taken, sent } = await workOnce({ ...alerting, signal });
    const reports = sent.map(({ alert, delivery, outcome, problem }) => ({
      alert: alert.id,
      messageId: delivery.messageId,
      outcome,
      ...(problem === undefined ? {} : { problem }),
    }));
    if (!writeData(flags, context, { ...taken, deliveries: reports }, reports)) {
      for (const { alert, outcome, problem } of reports)
        context.stdout.write(`alert ${alert}: ${outcome}${problem === undefined ? "" : `, ${toPrintable(problem)}`}\n`);
      context.stderr.write(
        `${counted(taken.articles, "new article")}, ${counted(taken.matches, "match", "matches")}\n`,
      );
    }
    const failed = reports.filter(({ outcome }) => outcome === "failed" || outcome === "waiting").length;
    if (failed > 0)
      throw new AppError("fetch-failed", `${failed} of ${counted(reports.length, "message")} could not be sent.`);
  });
}

interface ReplayFlags extends DataFlags {
  readonly since?: string;
}

function registerReplay(parent: Command, context: CliContext): void {
  const command = parent
    .command("replay")
    .argument("<ID>", "Id of an alert.")
    .summary("send again")
    .description(
      "Has messages that were given up sent again, or all since a moment, under the names that they had: a receiver knows those that it has.",
    )
    .option("--since <TIME>", "All messages since then, such as 2026-03-14 or 2026-03-14T08:00Z.");
  addDataFlags(command);
  const settings = addSettings(command, ["archive", "auditLog"]);
  command.action(async (given: string, flags: ReplayFlags) => {
    const { since } = flags;
    const { config } = settings.load(context);
    const sinceMs = since === undefined ? undefined : Date.parse(since);
    if (Number.isNaN(sinceMs))
      throw new AppError("usage", `--since is ${JSON.stringify(since)}: wanted a date or a time.`);
    using books = await openAlertsOnly(config, context);
    const alert = findAlert(books, given);
    const count = await createCommandAudit(config, context).change({ what: "alert replayed", id: alert.id }, () =>
      books.outbox.replay(alert.id, { sinceMs, nowMs: Date.now() }),
    );
    if (!writeData(flags, context, { id: alert.id, messages: count }))
      context.stdout.write(`${counted(count, "message")} of alert ${alert.id} will be sent again\n`);
    if (alert.status !== "active")
      context.stderr.write(`It is ${alert.status}: \`wenxun alerts resume ${alert.id}\` first.\n`);
  });
}
