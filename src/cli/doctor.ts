import { existsSync } from "node:fs";
import type { Command } from "commander";
import { type Inspection, inspectFolder } from "../compose/care.ts";
import { OPTION_KEYS, OPTIONS } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { toShownAddress } from "../opensearch/connection/cluster-address.ts";
import { createResources } from "../resources/registry.ts";
import { sourcesPath } from "../sources/store/sources-database.ts";
import { toArchiveHome, toAuditFolder, toTokensPath } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { examine } from "./doctor/examine.ts";
import type { Finding, Patient } from "./doctor/finding.ts";
import { createMachine } from "./doctor/machine.ts";
import { toPrintable } from "./printable.ts";
import { addSettings, type CommandSettings } from "./settings.ts";

export function registerDoctor(program: Command, context: CliContext): void {
  const command = program
    .command("doctor")
    .description(
      "Looks at Node.js, the settings, the archive, the encoder, disk, memory, permissions, limits, the port, proxies, access, what is\n" +
        "followed, who is told of it, and the clock. Says of each fault which command or setting mends it, and changes nothing. Exit code 1 when there is one.",
    );
  addDataFlags(command, "finding");
  const settings = addSettings(command, OPTION_KEYS);
  command.action(async (flags: DataFlags) => {
    await using resources = createResources();
    const findings = await examine(toPatient(settings, context, { machine: createMachine(), resources }));
    const faults = findings.filter(({ level }) => level === "fault").length;
    const warnings = findings.filter(({ level }) => level === "warning").length;
    const report = { healthy: faults === 0, faults, warnings, findings };
    if (!writeData(flags, context, report, findings)) context.stdout.write(findings.map(toText).join(""));
    if (faults > 0) context.endInFailure();
    context.stderr.write(
      faults + warnings === 0 ? "All is well.\n" : `${counted(faults, "fault")}, ${counted(warnings, "warning")}.\n`,
    );
  });
}

/** Everything that is looked at. */
export function toPatient(
  settings: CommandSettings,
  context: CliContext,
  { machine, resources }: Pick<Patient, "machine" | "resources">,
): Patient {
  const { config, given, problems } = settings.examine(context);
  const { folder, cluster } = toArchiveHome(config, context);
  return {
    config,
    settingProblems: problems,
    env: context.env,
    workingFolder: context.workingFolder,
    folder,
    cluster,
    archiveFlag: config.archive === OPTIONS.archive.default ? "" : ` --archive ${toShownAddress(config.archive)}`,
    tokensPath: toTokensPath(config, context),
    auditFolder: toAuditFolder(config, context),
    tokenOrigin: given.token?.origin,
    hasSources: existsSync(sourcesPath(folder)),
    machine,
    resources,
    inspect: once(() => (cluster === undefined ? inspectFolder(folder) : refuseToInspect())),
  };
}

/** An archive in a cluster has no files to look at; {@link checkClusterArchive} looks at it. */
function refuseToInspect(): never {
  throw new AppError("archive-missing", "The archive is in a cluster, and not in a folder.");
}

/** What was found, or thrown, the first time. */
function once(inspect: () => Inspection): () => Inspection {
  let found: { inspection: Inspection } | { error: unknown } | undefined;
  return () => {
    if (found === undefined) {
      try {
        found = { inspection: inspect() };
      } catch (error) {
        found = { error };
      }
    }
    if ("error" in found) throw found.error;
    return found.inspection;
  };
}

const MARKS: Readonly<Record<Finding["level"], string>> = { ok: "ok     ", warning: "warning", fault: "FAULT  " };
const AREA_WIDTH = 9;

function toText({ area, level, what, mend }: Finding): string {
  const indent = " ".repeat(`${MARKS[level]}  `.length + AREA_WIDTH);
  return `${MARKS[level]}  ${area.padEnd(AREA_WIDTH)}${toPrintable(what)}\n${mend === undefined ? "" : `${indent}→ ${toPrintable(mend)}\n`}`;
}
