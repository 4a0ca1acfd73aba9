import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { type Following, openAsking } from "../compose/following.ts";
import { archiveExists } from "../compose/open-backend.ts";
import type { Config } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { FOLLOWING_LEAD } from "../opensearch/lead/leads.ts";
import { type CheckReport, checkSource } from "../sources/check-source.ts";
import { decodeDocument } from "../sources/documents/decode-document.ts";
import { parseOpml } from "../sources/documents/parse-opml.ts";
import { type FindContext, findSource } from "../sources/find-source.ts";
import { readWaitingPages } from "../sources/read-waiting-page.ts";
import { runSchedule, type ScheduleOptions } from "../sources/schedule.ts";
import { toSourceAddress } from "../sources/source-address.ts";
import {
  type FollowedSource,
  FULL_TEXT_CHOICES,
  type FullText,
  type NewSource,
} from "../sources/store/source-store.ts";
import { toArchiveHome } from "./archive-settings.ts";
import { choiceOption } from "./choice.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { type ArchiveFollowing, FOLLOWING_SETTINGS, openArchiveFollowing } from "./following-settings.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";

interface Flags extends DataFlags {
  readonly name?: string;
  readonly fullText: FullText;
  readonly move?: true;
  readonly check: boolean;
  readonly watch?: true;
}

const EXAMPLES = `
Examples:
  wenxun follow https://example.org/feed.xml     a feed: RSS, Atom, RDF or JSON Feed
  wenxun follow https://example.org/             the feed that a page names, or the articles that it links to
  wenxun follow https://example.org/news-sitemap.xml
  wenxun follow subscriptions.opml               every feed that it lists
  wenxun follow ./incoming --move                files and pages that others put into a folder
  wenxun follow --watch                          look at all of it when its time has come, until Ctrl-C

\`wenxun serve\` does the same while it runs; \`wenxun sources\` shows how each of them is.
`;

export function registerFollow(program: Command, context: CliContext): void {
  const command = program
    .command("follow")
    .argument("[TARGET...]", "addresses, OPML files or folders")
    .description(
      "Follows feeds, sitemaps, pages and folders: what is new there is put into the archive, which is made if there is none.",
    )
    .option("--name <NAME>", "Source of its articles. (default: what it calls itself)")
    .addOption(
      choiceOption("--full-text <WHEN>", "Read the pages of articles for their text.", FULL_TEXT_CHOICES).default(
        "auto",
      ),
    )
    .option("--move", "Of a folder: move files that have been read into its folder read. (default: they stay)")
    .option("--no-check", "Only add them; they are looked at when their time has come.")
    .option("--watch", "Then look at everything that is followed when its time has come, until Ctrl-C.")
    .addHelpText("after", EXAMPLES);
  addDataFlags(command, "source, and with --watch for each check");
  const settings = addSettings(command, FOLLOWING_SETTINGS);
  command.action(async (targets: string[], flags: Flags) => {
    const { config } = settings.load(context);
    const { fullText } = flags;
    if (targets.length === 0 && flags.watch !== true)
      throw new AppError(
        "usage",
        "Name what to follow: an address, an OPML file or a folder; or --watch what is followed.",
      );
    const signal = context.stopSignal();
    const plans = targets.map((target) => toPlan(target, context.workingFolder));
    // Asked before there is an archive: what cannot be followed leaves no empty one behind.
    const early = (await archiveExists(toArchiveHome(config, context)))
      ? undefined
      : await findEarly(plans, { config, signal });
    await using following = { ...(await openArchiveFollowing(config, context)), signal };
    const audit = createCommandAudit(config, context);
    const results: FollowResult[] = [];
    for (const [index, plan] of plans.entries()) {
      const found = early?.[index] ?? (await findPlanned(plan, following));
      if (found.passedOver !== undefined) context.stderr.write(`${found.passedOver}\n`);
      for (const source of found.sources) {
        const wanted: NewSource = {
          ...source,
          name: flags.name ?? source.name,
          fullText,
          afterwards: flags.move ? "move" : "keep",
        };
        const { address, kind } = wanted;
        const added = await audit.change({ what: "source added", address, kind }, () =>
          following.sources.add(wanted, following.clock.nowMs()),
        );
        const checks = flags.check && found.sources.length === 1 && added.isNew;
        const report = checks ? await check(added.source.id, following) : undefined;
        results.push({ address, kind, id: added.source.id, isNew: added.isNew, remark: found.remark, report });
      }
    }
    if (!writeData(flags, context, results.map(toJson)))
      for (const line of toLines(results)) context.stdout.write(`${line}\n`);
    const failed = results.find(({ report }) => report?.outcome === "failed");
    if (flags.watch) await watch(following, context, flags.json === true || flags.jsonl === true);
    else if (failed !== undefined)
      throw new AppError("fetch-failed", failed.report?.message ?? "It could not be checked.");
  });
}

type Plan =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "opml"; readonly path: string }
  | { readonly kind: "address"; readonly url: string };

/** @throws AppError `usage` */
function toPlan(target: string, workingFolder: string): Plan {
  const url = /^(?:https?|feed):/i.test(target) ? toSourceAddress(target) : undefined;
  if (url !== undefined) return { kind: "address", url };
  if (target.trim() === "")
    throw new AppError("usage", "What is to be followed is empty. Name an address, an OPML file or a folder.");
  const path = resolve(workingFolder, target);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return { kind: "folder", path };
  if (stats !== undefined) return { kind: "opml", path };
  const guessed = /^[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/|$)/.test(target)
    ? toSourceAddress(`https://${target}`)
    : undefined;
  if (guessed !== undefined) return { kind: "address", url: guessed };
  throw new AppError("usage", `${target} is neither an address (https://…) nor a file or folder that is there.`);
}

interface Found {
  readonly sources: readonly Pick<NewSource, "kind" | "address" | "title" | "name">[];
  readonly remark: string | undefined;
  /** What of a list could not be followed, in a sentence. */
  readonly passedOver?: string | undefined;
}

/** Entries that are shown as examples. */
const MAX_SHOWN = 3;

function toPassedOver(written: readonly string[]): string {
  const shown = written.slice(0, MAX_SHOWN).map((text) => toPrintable(text.slice(0, 100)));
  const dots = written.length > MAX_SHOWN ? ", …" : "";
  return `${counted(written.length, "entry", "entries")} passed over, without an address that begins with http:// or https://: ${shown.join(", ")}${dots}`;
}

async function findEarly(
  plans: readonly Plan[],
  { config, signal }: { readonly config: Config; readonly signal: AbortSignal },
): Promise<readonly Found[]> {
  await using asking = openAsking(config);
  const found: Found[] = [];
  for (const plan of plans) found.push(await findPlanned(plan, { ...asking, signal }));
  return found;
}

async function findPlanned(plan: Plan, following: FindContext & Partial<Pick<Following, "sources">>): Promise<Found> {
  if (plan.kind === "folder") return { sources: [{ kind: "folder", address: plan.path }], remark: undefined };
  if (plan.kind === "opml") {
    const listed = parseOpml(await decodeDocument(readFileSync(plan.path)));
    if (listed === undefined)
      throw new AppError("bad-input", `${plan.path} is no OPML file; \`wenxun import\` takes files with articles.`);
    const { feeds, unusable } = listed;
    const passedOver = unusable.length === 0 ? undefined : toPassedOver(unusable);
    if (feeds.length === 0)
      throw new AppError(
        "bad-input",
        `${plan.path} lists no feeds.${passedOver === undefined ? "" : ` ${passedOver}`}`,
      );
    const sources = feeds.map(({ url, title }) => ({ kind: "feed" as const, address: url, title }));
    return { sources, remark: undefined, passedOver };
  }
  // What is followed already need not be asked what it is.
  const known = following.sources?.byAddress(plan.url);
  if (known !== undefined) return { sources: [known], remark: undefined };
  const { remark, ...source } = await findSource(plan.url, following);
  return { sources: [source], remark };
}

async function check(id: number, following: Following): Promise<CheckReport | undefined> {
  const source = following.sources.byId(id);
  if (source === undefined || !following.sources.claim(source, following.clock)) return undefined;
  return checkWithPages(source, following);
}

/** A check, and the pages of what it found. @throws AppError `interrupted`; what is left is read another time */
export async function checkWithPages(source: FollowedSource, following: Following): Promise<CheckReport> {
  const report = await checkSource(source, following);
  if (await readWaitingPages(source.id, following)) return report;
  throw new AppError("interrupted", "Stopped; what was read is stored, and the rest is read another time.");
}

async function watch(following: ArchiveFollowing, context: CliContext, asJson: boolean): Promise<void> {
  const { stderr, stdout } = context;
  const signal = context.stopSignal();
  stderr.write(`watching ${counted(following.sources.list().length, "source")}; Ctrl-C ends it\n`);
  const onError = (error: unknown, doing: string): void =>
    void stderr.write(`wenxun: ${doing}: ${error instanceof Error ? error.message : String(error)}\n`);
  const run: ScheduleOptions = {
    ...following,
    signal,
    onCheck: (report) => {
      const line = asJson ? JSON.stringify(toReportJson(report)) : toReportLine(report);
      if (asJson || report.taken.added + report.taken.changed > 0 || report.message !== undefined)
        stdout.write(`${line}\n`);
    },
    onError,
  };
  if (following.lead === undefined) return runSchedule(run);
  // Servers of the same archive do so too, on whatever machine: one of all does it at a time.
  await using _turns = following.lead.inTurn({
    name: FOLLOWING_LEAD,
    isWanted: async () => true,
    lead: () => startSchedule(run),
    onError,
  });
  if (!signal.aborted) await once(signal, "abort");
}

function startSchedule(options: ScheduleOptions): AsyncDisposable {
  const stop = new AbortController();
  const over = runSchedule({ ...options, signal: AbortSignal.any([options.signal, stop.signal]) }).catch(
    (error: unknown) => options.onError(error, "following sources"),
  );
  return {
    [Symbol.asyncDispose]: () => {
      stop.abort();
      return over;
    },
  };
}

interface FollowResult {
  readonly id: number;
  readonly address: string;
  readonly kind: string;
  readonly isNew: boolean;
  readonly remark: string | undefined;
  readonly report: CheckReport | undefined;
}

function toLines(results: readonly FollowResult[]): readonly string[] {
  if (results.length > 5) {
    const added = results.filter(({ isNew }) => isNew).length;
    return [`${counted(added, "feed")} added, ${results.length - added} followed already`];
  }
  return results.map(({ id, address, isNew, remark, report }) => {
    const what = isNew ? "follows" : "follows already";
    const news = report === undefined ? "" : `: ${toNews(report)}`;
    return `${what} ${address} (source ${id})${news}${remark === undefined ? "" : `\n  ${remark}`}`;
  });
}

export const toReportLine = (report: CheckReport): string => `${report.source.address}: ${toNews(report)}`;

function toNews({ outcome, taken, message, source }: CheckReport): string {
  if (outcome === "failed") return `failed: ${message}`;
  const { added, changed, known, unusable } = taken;
  const rest = unusable > 0 ? `, ${unusable} unusable` : "";
  const next =
    source.status === "active" ? `; next at ${new Date(source.nextCheckMs).toISOString().slice(0, 16)}Z` : "";
  const said = message === undefined ? "" : `. ${message}`;
  return outcome === "unchanged"
    ? `nothing new${next}${said}`
    : `${added} new, ${changed} changed, ${known} known${rest}${next}${said}`;
}

export const toReportJson = ({ source, outcome, taken, message }: CheckReport): Readonly<Record<string, unknown>> => ({
  id: source.id,
  address: source.address,
  outcome,
  ...taken,
  message: message ?? null,
  nextCheck: source.status === "active" ? new Date(source.nextCheckMs).toISOString() : null,
});

const toJson = ({ report, remark, ...result }: FollowResult): Readonly<Record<string, unknown>> => ({
  ...result,
  remark: remark ?? null,
  check: report === undefined ? null : toReportJson(report),
});
