import type { Inspection } from "../../compose/care.ts";
import type { BackendOptions } from "../../compose/open-backend.ts";
import type { Config } from "../../config/options.ts";
import type { Resources } from "../../resources/resources.ts";
import type { Machine } from "./machine.ts";

/** What is looked at, in the order in which it is told. */
export const AREAS = [
  "node",
  "settings",
  "archive",
  "encoder",
  "disk",
  "memory",
  "files",
  "limits",
  "port",
  "proxy",
  "access",
  "sources",
  "alerts",
  "clock",
] as const;
export type Area = (typeof AREAS)[number];

export const LEVELS = ["ok", "warning", "fault"] as const;

/** One thing that was looked at. */
export interface Finding {
  readonly area: Area;
  /** Names the finding for programs; `fine` where all is well. */
  readonly code: string;
  /** `warning`: it works, and somebody should know; `fault`: something does not work, or will be lost. */
  readonly level: (typeof LEVELS)[number];
  /** In a sentence. */
  readonly what: string;
  /** The command or the setting that mends it. */
  readonly mend?: string;
}

/** What is examined, and by which settings. */
export interface Patient {
  readonly config: Config;
  /** What is wrong with the settings; `config` has defaults in their place. */
  readonly settingProblems: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Of the archive, absolute; of one in a cluster that of what stands beside it. */
  readonly folder: string;
  /** Where the archive is, if it is in a cluster. */
  readonly cluster: BackendOptions["cluster"];
  /** Looks at the archive, once. @throws AppError `archive-missing`, `archive-damaged`, `archive-version`, `io`. */
  inspect(): Inspection;
  /** `--archive DIR` as it would have to be written, with a space before it; empty where the default is meant. */
  readonly archiveFlag: string;
  readonly tokensPath: string;
  readonly auditFolder: string | undefined;
  /** Where the setting `token` comes from; undefined where it is unset. */
  readonly tokenOrigin: string | undefined;
  /** Something is followed. */
  readonly hasSources: boolean;
  readonly machine: Machine;
  /** Where encoders are loaded. */
  readonly resources: Resources;
}

/** Looks at one area. What it throws is told as a fault. */
export interface Check {
  readonly area: Area;
  examine(patient: Patient): AsyncIterable<Found> | Iterable<Found>;
}

export type Found = Omit<Finding, "area">;

export const fine = (what: string): Found => ({ code: "fine", level: "ok", what });
export const warning = (code: string, what: string, mend?: string): Found => ({
  code,
  level: "warning",
  what,
  ...(mend !== undefined && { mend }),
});
export const fault = (code: string, what: string, mend?: string): Found => ({
  ...warning(code, what, mend),
  level: "fault",
});

/** What mends files that a later version made. */
export const NEWER_VERSION = "install a newer version of wenxun: npm install -g wenxun@latest";
