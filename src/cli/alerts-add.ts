import { type Command, Option } from "commander";
import { ALERT_LANGUAGES, type AlertLanguage, RHYTHMS, type Rhythm } from "../alerts/alert.ts";
import { type FollowedSearch, toFollowedSearch } from "../alerts/followed-search.ts";
import { type AlertPreview, previewAlert } from "../alerts/preview.ts";
import { addAlert } from "../alerts/request-alert.ts";
import { summarizeAlert } from "../alerts/summarize-alert.ts";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchMode } from "../archive/request.ts";
import { AppError } from "../errors.ts";
import { ALERTING_SETTINGS, findAlert, openArchiveAlerting } from "./alerting-settings.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";

interface SearchFlags extends DataFlags {
  readonly from?: string;
  readonly to?: string;
  readonly source: readonly string[];
  readonly category: readonly string[];
  readonly mode: SearchMode;
}

interface AddFlags extends SearchFlags {
  readonly mail?: string;
  readonly webhook?: string;
  readonly name?: string;
  readonly rhythm: Rhythm;
  readonly at?: string;
  readonly zone?: string;
  readonly language?: AlertLanguage;
}

function addSearchOptions(command: Command): Command {
  addDataFlags(command);
  return command
    .option("--from <DAY>", "First day on which articles were published, YYYY-MM-DD.")
    .option("--to <DAY>", "Last day, itself included.")
    .option("--source <SOURCE>", "Only articles of this source; may be repeated.", collect, [])
    .option("--category <CATEGORY>", "Only articles of this category; may be repeated.", collect, [])
    .addOption(new Option("--mode <MODE>", "How to search.").choices(SEARCH_MODES).default("hybrid"));
}

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

const toSearch = (words: readonly string[], { from, to, source, category, mode }: SearchFlags): FollowedSearch =>
  toFollowedSearch({ ...PLAIN_REQUEST, query: words.join(" "), mode, from, to, sources: source, categories: category });

export function registerAddAlert(parent: Command, context: CliContext): void {
  const command = addSearchOptions(
    parent
      .command("add")
      .argument("<QUERY...>", "What to look for, as in `wenxun search`.")
      .summary("follow a search by mail or webhook")
      .description(
        "Follows a search: whoever is named is told of new articles that match. The secret by which a webhook is signed is shown this once.",
      )
      .option("--mail <ADDRESS>", "Send mails to this address.")
      .option("--webhook <URL>", "Post to this address, by Standard Webhooks.")
      .option("--name <NAME>", "For people; default: the query.")
      .addOption(new Option("--rhythm <RHYTHM>", "When to tell.").choices(RHYTHMS).default("instant"))
      .option("--at <HH:MM>", "When a daily digest comes; default: 08:00.")
      .option("--zone <ZONE>", "Time zone of digests; default: the archive's.")
      .addOption(new Option("--language <LANGUAGE>", "Language of mails.").choices(ALERT_LANGUAGES)),
  );
  const settings = addSettings(command, ALERTING_SETTINGS);
  command.action(async (words: readonly string[], flags: AddFlags) => {
    const { config } = settings.load(context);
    const { mail, webhook, zone: timezone, name, rhythm, at, language } = flags;
    const address = mail ?? webhook;
    if (address === undefined || (mail !== undefined && webhook !== undefined))
      throw new AppError("usage", "Say who is told: either --mail ADDRESS or --webhook URL.");
    const channel = mail === undefined ? "webhook" : "mail";
    await using alerting = await openArchiveAlerting(config, context, true);
    const requested = {
      name,
      search: toSearch(words, flags),
      channel,
      address,
      rhythm,
      at,
      timezone,
      language,
    } as const;
    const { alert, secrets, preview } = await createCommandAudit(config, context).change(
      { what: "alert added", query: words.join(" ") },
      () => addAlert(requested, alerting),
    );
    const { signingSecret } = secrets;
    const shown = { alert: summarizeAlert(alert, alerting.outbox), ...(signingSecret && { signingSecret }), preview };
    if (writeData(flags, context, shown)) return;
    context.stdout.write(
      `alert ${alert.id} tells ${toPrintable(alert.address)} of ${toPrintable(alert.name)} (${rhythm})\n`,
    );
    context.stdout.write(toPreviewText(preview));
    if (signingSecret !== undefined)
      context.stdout.write(`signed with ${signingSecret}\nKeep it: it is shown this once.\n`);
    if (channel === "mail" && (config.smtp === undefined || config.mailFrom === undefined))
      context.stderr.write("No mail is sent before the settings smtp and mail-from are set.\n");
    if (channel === "mail" && config.publicUrl === undefined)
      context.stderr.write("Without the setting public-url, mails have no link to unsubscribe.\n");
  });
}

export function registerPreviewAlert(parent: Command, context: CliContext): void {
  const command = addSearchOptions(
    parent
      .command("preview")
      .argument("<QUERY...>", "What to look for, or the id of an alert.")
      .summary("say how often a search would have told of something")
      .description("Says how many articles of the last 30 days a followed search would have told of; follows nothing."),
  );
  const settings = addSettings(command, ALERTING_SETTINGS);
  command.action(async (words: readonly string[], flags: SearchFlags) => {
    await using alerting = await openArchiveAlerting(settings.load(context).config, context);
    const [only = "", ...others] = words;
    const isId = others.length === 0 && /^\d{1,9}$/.test(only) && alerting.alerts.byId(Number(only)) !== undefined;
    const followed = isId ? findAlert(alerting, only).search : toSearch(words, flags);
    const { search, archive, floorOf } = alerting;
    const preview = await previewAlert(followed, {
      ...{ search, floorOf },
      ...{ timezone: archive.timezone, nowMs: alerting.nowMs() },
    });
    if (!writeData(flags, context, preview)) context.stdout.write(toPreviewText(preview));
  });
}

function toPreviewText({ days, total, daysWithArticles, relaxed, examples }: AlertPreview): string {
  const lines = [`${counted(total, "article")} of the last ${days} days match, on ${counted(daysWithArticles, "day")}`];
  if (relaxed !== undefined)
    lines.push(
      `no article holds all ${relaxed.wanted} words yet: ${relaxed.held} of them are held at most, which tells of none`,
    );
  lines.push(...examples.map(({ title }) => `  ${toPrintable(title)}`));
  return `${lines.join("\n")}\n`;
}
