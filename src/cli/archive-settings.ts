import { join, resolve } from "node:path";
import { TOKENS_FILE } from "../access/token-file.ts";
import { AUDIT_FOLDER } from "../audit/audit-files.ts";
import type { BackendOptions } from "../compose/open-backend.ts";
import type { Config } from "../config/options.ts";
import type { CliContext } from "./context.ts";

/** Which archive and encoder the settings name. */
export function toBackendOptions(config: Config, context: CliContext): BackendOptions {
  return {
    folder: toArchiveFolder(config, context),
    encoder: config.encoder,
    onError: (error, doing) =>
      context.stderr.write(`wenxun: ${doing}: ${error instanceof Error ? error.message : String(error)}\n`),
  };
}

/** Settings of a command that searches. */
export const RERANK_SETTINGS = ["rerank", "rerankDepth", "rerankBudgetMs", "rerankWeight"] as const;

/** Which re-ranker the settings name, and how it is used; undefined: none. */
export function toRerankOptions({
  rerank,
  rerankDepth,
  rerankBudgetMs,
  rerankWeight,
}: Config): BackendOptions["rerank"] {
  if (rerank.kind === "off") return undefined;
  return { choice: rerank, depth: rerankDepth, budgetMs: rerankBudgetMs, weight: rerankWeight };
}

/** The file of tokens: the archive's, unless another one is set. */
export function toTokensPath(config: Config, context: CliContext): string {
  const { tokensFile } = config;
  return tokensFile === undefined
    ? join(toArchiveFolder(config, context), TOKENS_FILE)
    : resolve(context.workingFolder, tokensFile);
}

/** The folder of the audit log: the archive's, unless another one is set; undefined where none is kept. */
export function toAuditFolder(config: Config, context: CliContext): string | undefined {
  const { auditLog } = config;
  if (auditLog === "off") return undefined;
  return auditLog === undefined
    ? join(toArchiveFolder(config, context), AUDIT_FOLDER)
    : resolve(context.workingFolder, auditLog);
}

export function toArchiveFolder(config: Config, { workingFolder }: CliContext): string {
  return resolve(workingFolder, config.archive);
}
