import { type Following, openFollowing } from "../compose/following.ts";
import { archiveExists, openBackend, openForWriting } from "../compose/open-backend.ts";
import { type ClusterLead, openClusterLead } from "../compose/open-cluster.ts";
import type { Config, OptionKey } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { toBackendOptions } from "./archive-settings.ts";
import { findBesideArchive } from "./beside-archive.ts";
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

/** Everything that following takes, and who leads where the archive is in a cluster. */
export interface ArchiveFollowing extends Following {
  readonly lead: ClusterLead | undefined;
}

/** Opens the archive, which is made where there is none, and what is followed. Dispose it after use. */
export async function openArchiveFollowing(config: Config, context: CliContext): Promise<ArchiveFollowing> {
  await using opening = new AsyncDisposableStack();
  const options = toBackendOptions(config, context);
  const { folder, cluster } = options;
  if (!(await archiveExists(options))) {
    await using made = await openForWriting({ ...options, timezone: config.timezone });
    await made.archive.stats();
  }
  const lead = cluster && opening.use(await openClusterLead(cluster, folder));
  await lead?.claim.claim();
  const backend = opening.use(await openBackend({ ...options, mergesBeside: true }));
  const following = opening.use(
    openFollowing({
      ...config,
      folder,
      timezone: backend.archive.info.timezone,
      archive: () => backend.archive,
    }),
  );
  const opened = opening.move();
  return { ...following, lead, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** What is followed, without the archive: nothing is checked. @throws AppError `archive-missing` */
export async function openSourcesOnly(config: Config, context: CliContext): Promise<Following> {
  const folder = await findBesideArchive(config, context, "nothing is followed");
  const archive = (): never => {
    throw new AppError("unavailable", "The archive has not been opened.");
  };
  return openFollowing({ ...config, folder, timezone: config.timezone, archive });
}
