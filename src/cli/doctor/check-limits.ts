import { maxConnectionsBelow } from "../../memory/plan.ts";
import { type Check, fault, fine } from "./finding.ts";

/** Files that a server has open besides its connections and its segments: databases, logs, what Node.js itself needs. */
const OTHER_FILES = 64;

export const checkLimits: Check = {
  area: "limits",
  *examine({ machine, config, inspect }) {
    const [, soft = "", hard = ""] =
      /^Max open files\s+(\S+)\s+(\S+)/m.exec(machine.readText("/proc/self/limits") ?? "") ?? [];
    if (soft === "") return;
    const allowed = soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
    const connections = config.maxConnections ?? maxConnectionsBelow(config.maxMemory);
    const needed = connections + OTHER_FILES + segmentsOf(inspect);
    if (allowed < needed) {
      const what = `A process may have ${allowed} files open, and the server may need ${needed}: ${connections} connections, the segments of the archive and its own.`;
      const raise =
        hard === soft
          ? `LimitNOFILE=${needed * 2} in the unit of systemd, --ulimit nofile=${needed * 2} for docker`
          : `ulimit -n ${needed}`;
      const fewer = allowed - (needed - connections);
      yield fault("files-limit", what, fewer >= 8 ? `${raise}; or --max-connections ${fewer}` : raise);
    }
    yield fine(`${soft} open files, of which the server may need ${needed}`);
  },
};

function segmentsOf(inspect: () => { readonly segments: number }): number {
  try {
    return inspect().segments;
  } catch {
    // Why it cannot be read is told with the archive.
    return 0;
  }
}
