import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { AuditEntry, AuditLine, ChainPoint } from "../audit/chain.ts";
import { type AuditReport, readAuditLines, verifyAudit } from "../audit/verify-audit.ts";
import { AppError } from "../errors.ts";
import { toAuditFolder } from "./archive-settings.ts";
import { type CliContext, writeAll } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { toPrintable } from "./printable.ts";
import { addSettings, type CommandSettings } from "./settings.ts";

const EXAMPLES = `
Examples:
  wenxun audit                                 the last 50 lines
  wenxun audit --what delete --limit 1000
  wenxun audit verify                          is anything changed, missing or moved?
  wenxun audit head                            keep what it prints on another machine, and later:
  wenxun audit verify --passed 1042:9f86d08…
`;

const DEFAULT_LIMIT = "50";

interface ShowFlags extends DataFlags {
  readonly limit: string;
  readonly who?: string;
  readonly what?: string;
}

export function registerAudit(program: Command, context: CliContext): void {
  const command = program
    .command("audit")
    .description("Shows the last lines of the audit log: who changed, exported, logged in or failed to, and when.")
    .option("--limit <N>", "Lines to show, the last ones.", DEFAULT_LIMIT)
    .option("--who <TEXT>", "Only lines whose who holds this.")
    .option("--what <TEXT>", "Only lines whose what holds this.")
    .addHelpText("after", EXAMPLES);
  addDataFlags(command, "line");
  const settings = addSettings(command, ["archive", "auditLog"]);
  command.action(async (flags: ShowFlags) => {
    const { limit, who = "", what = "" } = flags;
    const folder = findFolder(settings, context);
    const most = /^\d{1,9}$/.test(limit) ? Number(limit) : undefined;
    if (most === undefined) throw new AppError("usage", `--limit takes a whole number, got ${JSON.stringify(limit)}.`);
    const lines: AuditLine[] = [];
    for (const { line } of readAuditLines(folder)) {
      if (line === undefined || !line.entry.who.includes(who) || !line.entry.what.includes(what)) continue;
      lines.push(line);
      if (lines.length > most) lines.shift();
    }
    if (!writeData(flags, context, lines.map(toJson))) await writeAll(context.stdout, lines.map(toText));
  });
  registerVerify(command, context);
  registerHead(command, context);
}

function registerVerify(audit: Command, context: CliContext): void {
  const command = audit
    .command("verify")
    .summary("check that nothing of the log was changed")
    .description(
      "Reads the whole log and finds lines that were changed, taken out, put in or moved, and an end that was cut off.\n" +
        "Exit code 1 when something is wrong.",
    )
    .option("--passed <NUMBER:HASH>", "A point that `wenxun audit head` printed before; the log must have passed it.");
  addDataFlags(command);
  const settings = addSettings(command, ["archive", "auditLog"]);
  command.action(async (flags: DataFlags & { readonly passed?: string }) => {
    const { passed } = flags;
    const folder = findFolder(settings, context);
    const report = verifyAudit(folder, passed === undefined ? undefined : parsePoint(passed));
    if (!writeData(flags, context, report)) context.stdout.write(toReportText(report));
    const { length } = report.problems;
    if (length > 0) throw new AppError("archive-damaged", `The audit log in ${folder} is not as it was written.`);
  });
}

function registerHead(audit: Command, context: CliContext): void {
  const command = audit
    .command("head")
    .summary("print where the log ends, to keep elsewhere")
    .description(
      "Prints the number and the hash of the last line. Kept where nobody here can write, it proves later what was there.",
    );
  addDataFlags(command);
  const settings = addSettings(command, ["archive", "auditLog"]);
  command.action(async (flags: DataFlags) => {
    const { head } = verifyAudit(findFolder(settings, context));
    if (!writeData(flags, context, head)) context.stdout.write(`${head.seq}:${head.hash}\n`);
  });
}

/** @throws AppError `usage` where no log is kept, `not-found` where there is none yet. */
function findFolder(settings: CommandSettings, context: CliContext): string {
  const folder = toAuditFolder(settings.load(context).config, context);
  if (folder === undefined) throw new AppError("usage", "No audit log is kept: audit-log is off.");
  if (!existsSync(folder))
    throw new AppError("not-found", `There is no audit log in ${folder}: nothing was noted yet.`);
  return folder;
}

/** @throws AppError `usage` */
function parsePoint(text: string): ChainPoint {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash };
  throw new AppError(
    "usage",
    `--passed takes what wenxun audit head printed, such as 1042:9f86…, got ${JSON.stringify(text)}.`,
  );
}

const toJson = ({ seq, at, entry, hash, prev }: AuditLine): object => ({ seq, at, ...entry, prev, hash });

/** `2026-03-01 08:15:00  delete  crawler  192.0.2.7  ids=["a"]` */
function toText({ at, entry }: AuditLine): string {
  const { what, who, from, request: _, ...details }: AuditEntry = entry;
  const rest = Object.entries(details).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const parts = [at.slice(0, 19).replace("T", " "), what, who, from ?? "", ...rest];
  return `${toPrintable(parts.filter((part) => part !== "").join("  "))}\n`;
}

function toReportText({ files, lines, head, problems, tornBytes }: AuditReport): string {
  const told = [
    `${counted(lines, "line")} in ${counted(files, "file")}: ${problems.length === 0 ? "sound" : "not as they were written"}`,
    ...problems.map(({ where, what }) => toPrintable(`  ${where}: ${what}`)),
  ];
  if (tornBytes > 0)
    told.push(`${tornBytes} bytes at the end are no whole line: torn by a crash, mended by the next entry`);
  if (problems.length === 0) told.push(`head ${head.seq}:${head.hash}`);
  return `${told.join("\n")}\n`;
}
