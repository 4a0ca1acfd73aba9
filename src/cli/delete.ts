import type { Command } from "commander";
import { PLAIN_REQUEST, type SearchRequest } from "../archive/request.ts";
import type { Hit, SearchResult } from "../archive/result.ts";
import { openBackend } from "../compose/open-backend.ts";
import { AppError } from "../errors.ts";
import { MAX_LIMIT } from "../search/limits.ts";
import type { SearchService } from "../search/search.ts";
import { createSearchService } from "../search/service.ts";
import { dayOf } from "../text/days.ts";
import { toBackendOptions } from "./archive-settings.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";
import { toUserName } from "./user-name.ts";

interface Flags extends DataFlags {
  readonly query?: string;
  readonly from?: string;
  readonly to?: string;
  readonly source: readonly string[];
  readonly category: readonly string[];
  readonly dryRun?: true;
}

const EXAMPLES = `
Examples:
  wenxun delete typhoon-1 typhoon-2
  wenxun delete --query '"某人" 判决' --dry-run
  wenxun delete --source 测试社 --to 2020-12-31
`;

/** Articles that are listed; of more, how many. */
const MAX_LISTED = 20;
/** Ids that the audit log names of one go; the archive's own log names all. */
const MAX_NOTED_IDS = 100;
/** Articles that are removed in one go. */
const BATCH_SIZE = 10_000;

export function registerDelete(program: Command, context: CliContext): void {
  const command = program
    .command("delete")
    .argument("[ID...]", "Ids of articles.")
    .description(
      "Removes articles by id, or all that a query finds by keyword, and erases their texts from the archive's database.\n" +
        "The archive's log (log.jsonl in its folder) notes who removed which ids and when. Backups and exports keep what they have.",
    )
    .option(
      "--query <QUERY>",
      "All articles that hold all of these words, as wenxun search --mode keyword counts them.",
    )
    .option("--from <DAY>", "First day, YYYY-MM-DD.")
    .option("--to <DAY>", "Last day, YYYY-MM-DD, itself included.")
    .option("--source <SOURCE>", "Only articles of this source; may be repeated.", collect, [])
    .option("--category <CATEGORY>", "Only articles of this category; may be repeated.", collect, [])
    .option("--dry-run", "Show what would be removed, and remove nothing.")
    .addHelpText("after", EXAMPLES);
  addDataFlags(command, "article that is shown");
  const settings = addSettings(command, ["archive", "encoder", "auditLog"]);
  command.action(async (ids: readonly string[], flags: Flags) => {
    const { config } = settings.load(context);
    const request = toRequest(flags);
    if ((ids.length === 0) === (request === undefined)) {
      throw new AppError(
        "usage",
        "wenxun delete takes ids, or a query (--query, --from, --to, --source, --category): one of the two.",
      );
    }
    await using app = await openBackend(toBackendOptions(config, context));
    const { timezone } = app.archive.info;
    // Without synonyms: what holds other words than those typed is not removed.
    const exact = createSearchService({ archive: app.archive, encoder: app.encoder });
    const find = async (): Promise<Found> =>
      request === undefined ? findByIds(app.search, ids) : findByRequest(exact, request);

    let found = await find();
    const { total, shown } = found;
    const isData = flags.json === true || flags.jsonl === true;
    if (!isData) list(found, timezone, context);
    for (const id of found.missing) context.stderr.write(`wenxun: there is no article ${JSON.stringify(id)}\n`);
    let removed = 0;
    if (flags.dryRun !== true) {
      const audit = createCommandAudit(config, context);
      const by = `${toUserName(context)} on the command line`;
      const writer = await app.archive.borrowWriter();
      try {
        while (found.ids.length > 0) {
          const { ids } = found;
          const entry = { what: "delete", articles: ids.length, ids: ids.slice(0, MAX_NOTED_IDS), asked: request };
          removed += await audit.change(entry, () => writer.remove(ids, { by }));
          found = request === undefined ? { ...found, ids: [] } : await find();
        }
        if (removed > 0) await writer.compact?.({ signal: context.stopSignal() });
      } finally {
        await writer.close();
      }
    }
    const articles = shown.slice(0, MAX_LISTED).map(toJson);
    const { missing } = found;
    const report = { dryRun: flags.dryRun === true, found: total, removed, missing, articles };
    if (!writeData(flags, context, report, articles))
      context.stdout.write(flags.dryRun ? `${count(total)} would be removed.\n` : `${count(removed)} removed.\n`);
    if (found.missing.length > 0)
      throw new AppError(
        "not-found",
        `${count(found.missing.length)} of those named ${found.missing.length === 1 ? "is" : "are"} not in the archive.`,
      );
  });
}

interface Found {
  /** To be removed in one go. */
  readonly ids: readonly string[];
  /** Articles to be removed altogether. */
  readonly total: number;
  readonly shown: readonly Pick<Hit, "id" | "title" | "source" | "publishedAtMs">[];
  readonly missing: readonly string[];
}

/** Undefined where nothing is asked that articles could match. */
function toRequest({ query, from, to, source, category }: Flags): SearchRequest | undefined {
  if (query === undefined && from === undefined && to === undefined && source.length + category.length === 0)
    return undefined;
  if (query?.trim() === "" && from === undefined && to === undefined && source.length + category.length === 0) {
    throw new AppError("usage", "An empty query would remove every article; name words, days, sources or categories.");
  }
  return {
    ...PLAIN_REQUEST,
    query: query ?? "",
    mode: "keyword",
    from,
    to,
    sources: source,
    categories: category,
    sort: "newest",
  };
}

async function findByIds(search: SearchService, ids: readonly string[]): Promise<Found> {
  const unique = [...new Set(ids)];
  const articles = await Promise.all(unique.map((id) => search.article(id)));
  const shown = articles.flatMap((article) => article ?? []);
  const missing = unique.filter((_, index) => articles[index] === undefined);
  return { ids: shown.map(({ id }) => id), total: shown.length, shown, missing };
}

/** The first articles that match, near-copies included, and how many there are in all. */
async function findByRequest(search: SearchService, request: SearchRequest): Promise<Found> {
  const hits = new Map<string, Found["shown"][number]>();
  let total = 0;
  let snapshot: string | undefined;
  for (let offset = 0; hits.size < BATCH_SIZE; offset += MAX_LIMIT) {
    const page = await search.search({ ...request, limit: MAX_LIMIT, offset, snapshot });
    refuseInexact(page);
    // No article holds all that was asked for: those that hold some of it are none to remove.
    if (page.relaxed !== undefined) break;
    total = page.total;
    snapshot = page.snapshot;
    const counted = page.hits.filter(({ match }) => match !== "related");
    for (const hit of counted) for (const one of [hit, ...hit.copies]) hits.set(one.id, one);
    if (counted.length < page.hits.length || page.hits.length === 0) break;
  }
  return { ids: [...hits.keys()], total, shown: [...hits.values()], missing: [] };
}

/** What is removed does not come back, so a query that was obeyed in part alone removes nothing. */
function refuseInexact({ notices, unknownOperators }: SearchResult): void {
  if (notices.includes("query-has-no-words")) throw new AppError("usage", "There is no word in this query.");
  if (unknownOperators.length > 0) {
    throw new AppError(
      "usage",
      `The query language has no ${unknownOperators.join(" ")}, and what to remove must be said exactly; quote it ("…") to remove by the words.`,
    );
  }
  if (notices.includes("query-cut") || notices.includes("phrase-unchecked")) {
    throw new AppError(
      "usage",
      "This query is too long, or its phrase too common, to be obeyed exactly; narrow it by other words before removing by it.",
    );
  }
}

function list({ shown, total }: Found, timezone: string, { stdout }: CliContext): void {
  for (const { id, title, source, publishedAtMs } of shown.slice(0, MAX_LISTED)) {
    const day = publishedAtMs === undefined ? undefined : dayOf(publishedAtMs, timezone);
    const parts = [id, day, source, title].filter((part) => part !== undefined && part !== "");
    stdout.write(`${toPrintable(parts.join("  "))}\n`);
  }
  if (total > MAX_LISTED) stdout.write(`… and ${total - Math.min(MAX_LISTED, shown.length)} more\n`);
}

const toJson = ({ id, title, source, publishedAtMs }: Found["shown"][number]): object => ({
  id,
  title,
  source: source ?? null,
  published: publishedAtMs === undefined ? null : new Date(publishedAtMs).toISOString(),
});

const count = (articles: number): string => counted(articles, "article");

const collect = (value: string, before: readonly string[]): string[] => [...before, value];
