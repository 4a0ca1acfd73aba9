import type { Command } from "commander";
import { type RepairReport, repairFolder, type VerifyReport, verifyFolder } from "../compose/care.ts";
import type { Config } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { toArchiveFolder, toBackendOptions } from "./archive-settings.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";

interface Flags extends DataFlags {
  readonly repair?: true;
}

export function registerVerify(program: Command, context: CliContext): void {
  const command = program
    .command("verify")
    .description(
      "Reads the whole archive and compares it with its checksums and with itself. Changes nothing, and may run beside\n" +
        "searches and imports. Exit code 1 when something is wrong.",
    )
    .option("--repair", "Then rebuild from the articles what can be rebuilt.");
  addDataFlags(command);
  const settings = addSettings(command, ["archive", "encoder", "auditLog"]);
  command.action(async (flags: Flags) => {
    const { config } = settings.load(context);
    const folder = toArchiveFolder(config, context);
    const report = flags.repair ? await repaired(config, context) : verifyFolder(folder);
    if (!writeData(flags, context, toJson(report))) context.stdout.write(toText(report));
    const { length } = report.problems;
    if (length === 0) return;
    const mend = flags.repair
      ? "What is left can only come from a backup, or from importing the articles again."
      : "`wenxun verify --repair` rebuilds what it can.";
    throw new AppError("archive-damaged", `${length} problem${length === 1 ? "" : "s"} in ${folder}. ${mend}`);
  });
}

async function repaired(config: Config, context: CliContext): Promise<VerifyReport> {
  const report = await createCommandAudit(config, context).change({ what: "repair" }, () =>
    repairFolder(toBackendOptions(config, context)),
  );
  const { before, after, discardedSegments, rebuiltArticles } = report;
  context.stderr.write(
    `${counted(before.problems.length, "problem")} found; ${counted(discardedSegments, "segment")} given up, ${counted(rebuiltArticles, "article")} indexed anew\n`,
  );
  context.stderr.write(toSetAside(report));
  return after;
}

/** What was taken out, and what is to be done about it. */
export function toSetAside({ setAside, setAsideEditions, setAsideFile = "" }: SetAside): string {
  const takenOut = (count: number, what: string): string =>
    `${counted(count, what)} ${count === 1 ? "was not as it" : "were not as they"} had been stored: taken out and written to ${setAsideFile}`;
  const articles = `${takenOut(setAside, "article")}. Import what is in that file again from where it came.\n`;
  const editions = `${takenOut(setAsideEditions, "earlier edition")}; what is current stays as it is.\n`;
  return `${setAside > 0 ? articles : ""}${setAsideEditions > 0 ? editions : ""}`;
}

type SetAside = Pick<RepairReport, "setAside" | "setAsideEditions" | "setAsideFile">;

/** Without the keys and rows by which a repair finds its way. */
const toJson = ({ articles, segments, rows, problems, leftovers }: VerifyReport): object => ({
  articles,
  segments,
  rows,
  problems: problems.map(({ where, what }) => ({ where, what })),
  leftovers,
});

function toText({ articles, segments, rows, problems, leftovers }: VerifyReport): string {
  const lines = [
    `${counted(articles, "article")}, ${counted(segments, "segment")}, ${counted(rows, "row")}: ${problems.length === 0 ? "sound" : "damaged"}`,
    ...problems.map(({ where, what }) => toPrintable(`  ${where}: ${what}`)),
  ];
  if (leftovers.length > 0)
    lines.push(
      `${leftovers.length} files that no commit names: being written now, or left by a crash for the next import to remove`,
    );
  return `${lines.join("\n")}\n`;
}
