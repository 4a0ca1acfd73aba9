import { type Command, Option } from "commander";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchMode } from "../archive/request.ts";
import { CSV_BYTE_ORDER_MARK, toCsvRow } from "../citations/csv.ts";
import { openBackend } from "../compose/open-backend.ts";
import { COUNT_INTERVALS, type CountInterval, countByDate, type DateCounts } from "../search/count-by-date.ts";
import { toBackendOptions } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { addSettings } from "./settings.ts";
import { toTable } from "./table.ts";

interface Flags extends DataFlags {
  readonly interval: CountInterval;
  readonly from?: string;
  readonly to?: string;
  readonly source: readonly string[];
  readonly category: readonly string[];
  readonly mode: SearchMode;
  readonly csv?: true;
}

const EXAMPLES = `
Examples:
  wenxun count 新能源汽车 --interval year
  wenxun count 台风 --from 2024-01-01 --source 新华社 --csv > typhoons.csv
`;

/** Digits behind the point of a share. */
const SHARE_DIGITS = 6;

const COLUMNS = ["start", "count", "all", "share"] as const;

export function registerCount(program: Command, context: CliContext): void {
  const command = program
    .command("count")
    .argument("[QUERY...]", "What to count, in the query language of search; nothing counts every article.")
    .description(
      "Counts the articles that match, period by period, beside all articles of each period: the share tells a topic that grows from\n" +
        "an archive that grows. Weeks begin on Monday.",
    )
    .addOption(new Option("--interval <INTERVAL>", "Length of a period.").choices(COUNT_INTERVALS).default("month"))
    .option("--from <DAY>", "First day, YYYY-MM-DD.")
    .option("--to <DAY>", "Last day, YYYY-MM-DD, itself included.")
    .option("--source <SOURCE>", "Only articles of this source; may be repeated.", collect, [])
    .option("--category <CATEGORY>", "Only articles of this category; may be repeated.", collect, [])
    .addOption(new Option("--mode <MODE>", "How to search.").choices(SEARCH_MODES).default("hybrid"))
    .addOption(new Option("--csv", "Write CSV for spreadsheets.").conflicts(["json", "jsonl"]))
    .addHelpText("after", EXAMPLES);
  addDataFlags(command, "period");
  const settings = addSettings(command, ["archive", "encoder"]);
  command.action(async (words: readonly string[], flags: Flags) => {
    const { interval, from, to, source, category, mode } = flags;
    await using app = await openBackend(toBackendOptions(settings.load(context).config, context));
    const request = { ...PLAIN_REQUEST, query: words.join(" "), mode, from, to, sources: source, categories: category };
    write(await countByDate(app.search, request, { interval }), flags, context);
  });
}

function write(counts: DateCounts, flags: Flags, { stdout }: CliContext): void {
  const { interval, total, undated, result } = counts;
  const periods = counts.periods.map((period) => ({
    ...period,
    share: period.all === 0 ? 0 : Number((period.count / period.all).toFixed(SHARE_DIGITS)),
  }));
  const toRow = (period: (typeof periods)[number]): string[] => COLUMNS.map((column) => String(period[column]));
  const document = { query: result.query, mode: result.mode, interval, total, undated, periods };
  if (writeData(flags, { stdout }, document, periods)) return;
  if (flags.csv) {
    // The mark that spreadsheets want is no character to be shown.
    stdout.writeStyled(CSV_BYTE_ORDER_MARK + [[...COLUMNS], ...periods.map(toRow)].map(toCsvRow).join(""));
  } else {
    stdout.write(`${total} found (${result.mode}), ${undated} of them without a date\n\n`);
    stdout.write(toTable(COLUMNS, periods.map(toRow)));
  }
}

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
