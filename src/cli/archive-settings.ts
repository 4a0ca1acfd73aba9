import { join, resolve } from "node:path";
import { tokensPath } from "../access/tokens-path.ts";
import { AUDIT_FOLDER } from "../audit/audit-files.ts";
import type { BackendOptions } from "../compose/open-backend.ts";
import type { Config } from "../config/options.ts";
import { AppError, wordError } from "../errors.ts";
import { isClusterAddress, parseClusterAddress } from "../opensearch/connection/cluster-address.ts";
import type { CliContext } from "./context.ts";
import { CLI_REMEDIES } from "./remedy-words.ts";

/** Which archive and encoder the settings name. */
export function toBackendOptions(config: Config, context: CliContext): BackendOptions {
  return {
    ...toArchiveHome(config, context),
    encoder: config.encoder,
    onError: (error, doing) =>
      context.stderr.write(
        `wenxun: ${doing}: ${error instanceof Error ? wordError(error, CLI_REMEDIES) : String(error)}\n`,
      ),
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
    ? tokensPath(toArchiveHome(config, context).folder)
    : resolve(context.workingFolder, tokensFile);
}

/** The folder of the audit log: the archive's, unless another one is set; undefined where none is kept. */
export function toAuditFolder(config: Config, context: CliContext): string | undefined {
  const { auditLog } = config;
  if (auditLog === "off") return undefined;
  return auditLog === undefined
    ? join(toArchiveHome(config, context).folder, AUDIT_FOLDER)
    : resolve(context.workingFolder, auditLog);
}

/**
 * The folder of an archive; for one in a cluster what stands beside it on this machine: tokens, the audit log, what is followed, synonyms.
 */
export function toArchiveHome(
  config: Config,
  { workingFolder }: CliContext,
): Pick<BackendOptions, "folder" | "cluster"> {
  const { archive, clusterPassword, clusterCa, clusterShards, clusterPartition } = config;
  if (!isClusterAddress(archive)) return { folder: resolve(workingFolder, archive) };
  const { prefix } = parseClusterAddress(archive, clusterPassword ?? "");
  return {
    folder: resolve(workingFolder, `wenxun-${prefix}`),
    cluster: {
      address: archive,
      password: clusterPassword,
      caFile: clusterCa === undefined ? undefined : resolve(workingFolder, clusterCa),
      shards: clusterShards,
      partition: clusterPartition,
    },
  };
}

/** @throws AppError `usage` for an archive in a cluster, where what is asked for needs a folder. */
export function toArchiveFolder(config: Config, context: CliContext): string {
  const { folder, cluster } = toArchiveHome(config, context);
  if (cluster === undefined) return folder;
  throw new AppError(
    "usage",
    "This command looks after the files of an archive in a folder; this one is in a cluster, which looks after its own.",
  );
}
