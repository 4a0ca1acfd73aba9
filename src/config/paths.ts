/** Where the program's own files lie: the same folders seen from src/ in a checkout and from dist/ in a package. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of package.json. */
export const packageRoot = join(import.meta.dirname, "..", "..");

export const assetFolders = {
  /** The compiled scan kernel. */
  kernel: join(packageRoot, "build", "kernel"),
  /** The page's script and style. */
  web: join(packageRoot, "build", "web"),
  models: join(packageRoot, "models"),
  sample: join(packageRoot, "sample"),
  siteRules: join(packageRoot, "site-rules"),
} as const;

export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  return version;
}
