import { statSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../config/paths.ts";
import { type Check, fault, fine, warning } from "./finding.ts";

const DAY_MS = 86_400_000;

export const checkClock: Check = {
  area: "clock",
  *examine({ machine, env, inspect, config }) {
    const nowMs = machine.nowMs();
    // The program cannot be older than its own files.
    const madeMs = statSync(join(packageRoot, "package.json")).mtimeMs;
    if (nowMs < madeMs - DAY_MS)
      yield fault(
        "clock-wrong",
        `The clock of this machine says ${new Date(nowMs).toISOString()}, which is before wenxun was installed: certificates, tokens and dates of articles are judged wrongly.`,
        "sudo timedatectl set-ntp true",
      );
    const zone = machine.timezone();
    if (env.TZ && env.TZ !== zone && !isZone(env.TZ.replace(/^:/, "")))
      yield warning(
        "timezone-unknown",
        `The variable TZ is ${JSON.stringify(env.TZ)}, which is no time zone: times are shown in ${zone}.`,
        "export TZ=Asia/Shanghai   (or another name of the IANA list)",
      );
    const archive = zoneOf(inspect);
    const given = config.timezone;
    if (archive !== undefined && given !== archive && given !== DEFAULT_ZONE)
      yield warning(
        "timezone-kept",
        `timezone is ${given}, and the days of the archive begin in ${archive}: that is decided when an archive is made.`,
        `wenxun export > articles.jsonl ; wenxun import articles.jsonl --archive NEW --timezone ${given}`,
      );
    yield fine(
      `${new Date(nowMs).toISOString()}, machine in ${zone}${archive === undefined ? "" : `, days of the archive in ${archive}`}`,
    );
  },
};

/** Of new archives; what nobody chose contradicts nothing. */
const DEFAULT_ZONE = "Asia/Shanghai";

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    // A RangeError is how Intl says that it does not know the zone.
    return false;
  }
}

function zoneOf(inspect: () => { readonly info: { readonly timezone: string } }): string | undefined {
  try {
    return inspect().info.timezone;
  } catch {
    // Why it cannot be read is told with the archive.
    return undefined;
  }
}
