import { existsSync } from "node:fs";
import { type AuditLog, createAuditLog } from "../audit/audit-log.ts";
import type { Config } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { toArchiveHome, toAuditFolder } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { toUserName } from "./user-name.ts";

/** Notes what is done to an archive by commands. */
export interface CommandAudit {
  /**
   * Notes a change, then makes it; one that fails is noted again with its error.
   * @throws AppError `io` when it cannot be noted: then it is not made. And what `change` throws.
   */
  change<T>(entry: CommandEntry, change: () => Promise<T> | T): Promise<T>;
  /** Notes what is about to be changed. @throws AppError `io` when it cannot be noted: do not change it then. */
  noteFirst(entry: CommandEntry): Promise<void>;
  /** Notes what changes nothing. Where that fails, it is said and the command goes on. */
  note(entry: CommandEntry): Promise<void>;
}

export interface CommandEntry {
  readonly what: string;
  readonly [detail: string]: unknown;
}

export function createCommandAudit(config: Config, context: CliContext): CommandAudit {
  const log = openLog(config, context);
  const who = `${toUserName(context)} on the command line`;
  const tryTo = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      context.stderr.write(`wenxun: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  };
  const noteFirst = async ({ what, ...details }: CommandEntry): Promise<void> =>
    log?.append([{ what, who, ...details }]);
  return {
    noteFirst,
    change: async (entry, change) => {
      await noteFirst(entry);
      try {
        return await change();
      } catch (error) {
        const code = error instanceof AppError ? error.code : "internal";
        await tryTo(() => noteFirst({ ...entry, what: `${entry.what} failed`, code }));
        throw error;
      }
    },
    note: (entry) => tryTo(() => noteFirst(entry)),
  };
}

/** Undefined where none is kept, and where there is no archive yet to keep it in. */
function openLog(config: Config, context: CliContext): AuditLog | undefined {
  const folder = toAuditFolder(config, context);
  const isHomeless = config.auditLog === undefined && !existsSync(toArchiveHome(config, context).folder);
  if (folder === undefined || isHomeless) return undefined;
  return createAuditLog({ folder, maxFileBytes: config.auditFileBytes });
}
