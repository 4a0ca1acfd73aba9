import { existsSync } from "node:fs";
import { AppError } from "../../errors.ts";
import { inspectSources } from "../../sources/store/inspect-sources.ts";
import { sourcesPath } from "../../sources/store/sources-database.ts";
import { counted } from "../counted.ts";
import { toPrintable } from "../printable.ts";
import { type Check, fault, fine, NEWER_VERSION, warning } from "./finding.ts";

const DAY_MS = 86_400_000;
/** What is due for longer than this nobody looks at. */
const NEGLECTED_MS = DAY_MS;
/** Checks in a row that failed. */
const MANY_FAILURES = 5;

export const checkSources: Check = {
  area: "sources",
  *examine({ folder, config, archiveFlag, machine }) {
    const path = sourcesPath(folder);
    if (!existsSync(path)) {
      yield fine("nothing is followed");
      return;
    }
    let sources: ReturnType<typeof inspectSources>;
    try {
      sources = inspectSources(folder);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === "archive-version") return yield fault("sources-version", error.message, NEWER_VERSION);
      yield fault(
        "sources-damaged",
        `${error.message} Nothing is followed until then.`,
        `mv ${path} ${path}.bad   (then follow again: wenxun follow URL${archiveFlag}), or take ${path} from a backup`,
      );
      return;
    }
    const active = sources.filter(({ status }) => status === "active");
    const failing = active.filter(({ failures }) => failures >= MANY_FAILURES);
    for (const { id, address, failures, problem } of failing)
      yield warning(
        "source-failing",
        toPrintable(`${address} failed ${failures} times in a row: ${problem ?? "no reason was noted"}`),
        `wenxun sources why ${id}${archiveFlag}`,
      );
    for (const { id, address, problem } of sources.filter(({ status }) => status === "stopped"))
      yield warning(
        "source-stopped",
        toPrintable(`${address} is not looked at any more: ${problem ?? "it is gone"}`),
        `wenxun sources resume ${id}${archiveFlag}   (or remove ${id})`,
      );
    const neglected = active.filter(({ nextCheckMs }) => machine.nowMs() - nextCheckMs > NEGLECTED_MS);
    if (neglected.length > 0)
      yield warning(
        "sources-neglected",
        `${counted(neglected.length, "source")} should have been looked at more than a day ago: nothing does.`,
        config.follow === "off"
          ? `wenxun follow --watch${archiveFlag}   (follow is off, so the server does not)`
          : `wenxun serve${archiveFlag}   (or wenxun follow --watch${archiveFlag})`,
      );
    yield fine(`${counted(sources.length, "source")} followed, ${active.length} of them active`);
  },
};
