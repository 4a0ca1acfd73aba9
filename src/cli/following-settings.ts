import { type Following, openFollowing } from "../compose/following.ts";
import { archiveExists, folderHoldsArchive, openBackend, openForWriting } from "../compose/open-backend.ts";
import type { Config, OptionKey } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { toArchiveFolder, toBackendOptions } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";

/** Settings of commands that ask other sites. */
export const FOLLOWING_SETTINGS = [
  "archive",
  "encoder",
  "timezone",
  "fetchAllow",
  "fetchContact",
  "fetchTimeoutMs",
  "fetchMaxBytes",
  "siteRules",
  "publicUrl",
  "auditLog",
] as const satisfies readonly OptionKey[];

/** Opens the archive, which is made where there is none, and what is followed. Dispose it after use. */
export async function openArchiveFollowing(config: Config, context: CliContext): Promise<Following> {
  await using opening = new AsyncDisposableStack();
  const options = toBackendOptions(config, context);
  if (!(await archiveExists(options))) {
    await using made = await openForWriting({ ...options, timezone: config.timezone });
    await made.archive.stats();
  }
  const backend = opening.use(await openBackend({ ...options, mergesBeside: true }));
  const following = opening.use(
    openFollowing({
      ...config,
      folder: options.folder,
      timezone: backend.archive.info.timezone,
      archive: () => backend.archive,
    }),
  );
  const opened = opening.move();
  return { ...following, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** What is followed, without the archive: nothing is checked. @throws AppError `archive-missing` */
export function openSourcesOnly(config: Config, context: CliContext): Following {
  const folder = toArchiveFolder(config, context);
  if (!folderHoldsArchive(folder)) {
    throw new AppError("archive-missing", `There is no archive in ${folder}, and nothing is followed.`, {
      remedy: { code: "make-archive", folder },
    });
  }
  const archive = (): never => {
    throw new AppError("unavailable", "The archive has not been opened.");
  };
  return openFollowing({ ...config, folder, timezone: config.timezone, archive });
}
