import { checkAccess } from "./check-access.ts";
import { checkAlerts } from "./check-alerts.ts";
import { checkArchive } from "./check-archive.ts";
import { checkClock } from "./check-clock.ts";
import { checkDisk } from "./check-disk.ts";
import { checkEncoder } from "./check-encoder.ts";
import { checkFiles } from "./check-files.ts";
import { checkLimits } from "./check-limits.ts";
import { checkMemory } from "./check-memory.ts";
import { checkNode } from "./check-node.ts";
import { checkPort } from "./check-port.ts";
import { checkProxy } from "./check-proxy.ts";
import { checkSettings } from "./check-settings.ts";
import { checkSources } from "./check-sources.ts";
import { AREAS, type Check, type Finding, fault, type Patient } from "./finding.ts";

const CHECKS: readonly Check[] = [
  checkNode,
  checkSettings,
  checkArchive,
  checkEncoder,
  checkDisk,
  checkMemory,
  checkFiles,
  checkLimits,
  checkPort,
  checkProxy,
  checkAccess,
  checkSources,
  checkAlerts,
  checkClock,
];

/** Looks at everything, and changes nothing. A check that breaks is told as a fault, and the others go on. */
export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { area, examine: look } of CHECKS) {
    try {
      for await (const found of look(patient)) findings.push({ area, ...found });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      findings.push({ area, ...fault("check-failed", `It cannot be looked at: ${reason}`) });
    }
  }
  return findings.sort((one, other) => AREAS.indexOf(one.area) - AREAS.indexOf(other.area));
}
