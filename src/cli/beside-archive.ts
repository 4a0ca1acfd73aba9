import { archiveExists } from "../compose/open-backend.ts";
import { openClusterLead } from "../compose/open-cluster.ts";
import type { Config } from "../config/options.ts";
import { AppError } from "../errors.ts";
import { toShownAddress } from "../opensearch/connection/cluster-address.ts";
import { toArchiveHome } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";

/**
 * The folder in which stands what an archive follows: its own, or the one beside an archive in a cluster.
 * @param missing what is true where there is no archive
 * @throws AppError `archive-missing`, `unavailable` where it stands in a folder of another machine
 */
export async function findBesideArchive(config: Config, context: CliContext, missing: string): Promise<string> {
  const home = toArchiveHome(config, context);
  const { folder, cluster } = home;
  if (!(await archiveExists(home))) {
    const place = cluster === undefined ? folder : toShownAddress(cluster.address);
    throw new AppError("archive-missing", `There is no archive in ${place}, and ${missing}.`, {
      remedy: { code: "make-archive", folder: place },
    });
  }
  if (cluster === undefined) return folder;
  await using lead = await openClusterLead(cluster, folder);
  await lead.claim.check();
  return folder;
}
