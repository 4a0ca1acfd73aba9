import { resolve } from "node:path";
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

export function toArchiveFolder(config: Config, { workingFolder }: CliContext): string {
  return resolve(workingFolder, config.archive);
}
