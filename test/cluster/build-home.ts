/** Lays a home of OpenSearch from Maven Central: what tests start. Needs Java and Maven. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const POM = join(import.meta.dirname, "pom.xml");
const VERSION = /<os>([^<]+)<\/os>/.exec(readFileSync(POM, "utf8"))?.[1] ?? "";

/** Where homes are kept between runs. */
const CACHE = join(import.meta.dirname, "..", "..", "node_modules", ".cache", `wenxun-opensearch-${VERSION}`);

/** The modules on Maven Central come without the descriptors that the official archive has: their classes, and what they extend. */
const MODULES: Readonly<
  Record<string, { readonly main: string; readonly extended?: string; readonly policy?: string }>
> = {
  "analysis-common": { main: "org.opensearch.analysis.common.CommonAnalysisPlugin", extended: "lang-painless" },
  "lang-painless": {
    main: "org.opensearch.painless.PainlessPlugin",
    policy:
      'permission java.lang.RuntimePermission "createClassLoader"; permission java.lang.RuntimePermission "getClassLoader";',
  },
  "mapper-extras": { main: "org.opensearch.index.mapper.MapperExtrasPlugin" },
  reindex: {
    main: "org.opensearch.index.reindex.ReindexPlugin",
    policy:
      'permission java.net.SocketPermission "*", "connect"; permission java.net.NetPermission "getProxySelector";',
  },
  "transport-netty4": {
    main: "org.opensearch.transport.Netty4Plugin",
    policy:
      'permission java.io.FilePermission "/proc/sys/net/core/somaxconn", "read"; ' +
      'permission java.net.SocketPermission "*", "accept,connect"; ' +
      'permission java.lang.RuntimePermission "*", "setContextClassLoader"; ' +
      'permission java.lang.RuntimePermission "getClassLoader"; ' +
      'permission java.util.PropertyPermission "sun.nio.ch.bugLevel", "write";',
  },
};

/** Why no home can be laid here; undefined where one can. */
export function findWhatIsMissing(): string | undefined {
  const missing = ["java", "mvn"].filter((program) => spawnSync(program, ["-version"]).status !== 0);
  return missing.length === 0 ? undefined : `${missing.join(" and ")} cannot be run`;
}

/** The home, laid first where it is not there yet. @throws with what Maven said. */
export function buildHome(): string {
  const home = join(CACHE, "home");
  if (existsSync(join(CACHE, "whole"))) return home;
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const args = ["-B", "-q", "-f", POM, `-Dhome=${home}`, `-DbuildDirectory=${join(CACHE, "target")}`, "package"];
  const { status, stdout, stderr } = spawnSync("mvn", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Maven could not fetch OpenSearch ${VERSION}:\n${stdout}${stderr}`);
  for (const [name, { main, extended = "", policy }] of Object.entries(MODULES)) {
    const folder = join(home, "modules", name);
    const descriptor = {
      description: name,
      version: VERSION,
      name,
      classname: main,
      "java.version": "11",
      "opensearch.version": VERSION,
      "custom.foldername": "",
      "extended.plugins": extended,
      "has.native.controller": "false",
    };
    const lines = Object.entries(descriptor).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(join(folder, "plugin-descriptor.properties"), lines.join(""));
    if (policy !== undefined) writeFileSync(join(folder, "plugin-security.policy"), `grant { ${policy} };\n`);
  }
  mkdirSync(join(home, "bin"), { recursive: true });
  spawnSync("chmod", ["-R", "a+rX", home]);
  chmodSync(CACHE, 0o755);
  writeFileSync(join(CACHE, "whole"), "");
  return home;
}
