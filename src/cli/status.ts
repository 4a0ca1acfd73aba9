import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { type BackendOptions, type OpenBackend, openBackend } from "../compose/open-backend.ts";
import { toShownAddress } from "../opensearch/connection/cluster-address.ts";
import { toBackendOptions } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { counted } from "./counted.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { toPrintable, toSize } from "./printable.ts";
import { addSettings } from "./settings.ts";
import { toTable } from "./table.ts";

export function registerStatus(program: Command, context: CliContext): void {
  const command = program
    .command("status")
    .description(
      "Opens the archive as a search would and shows what is in it, and each resource that was loaded for it. A running\n" +
        "server tells the same of itself at /api/status.",
    );
  addDataFlags(command);
  const settings = addSettings(command, ["archive", "encoder"]);
  command.action(async (flags: DataFlags) => {
    const options = toBackendOptions(settings.load(context).config, context);
    await using app = await openBackend(options);
    const status = await toStatus(app, options);
    if (!writeData(flags, context, status)) context.stdout.write(toText(status));
  });
}

type Status = Awaited<ReturnType<typeof toStatus>>;

async function toStatus(
  { archive, encoder, resources }: OpenBackend,
  { folder, cluster }: Pick<BackendOptions, "folder" | "cluster">,
) {
  const stats = await archive.stats();
  const { articles, snapshot, segments, sources, categories, wordsOutdated = false, encoderFingerprint } = stats;
  return {
    archive: {
      folder: cluster === undefined ? folder : toShownAddress(cluster.address),
      articles,
      snapshot,
      segments,
      sources,
      categories,
      wordsOutdated,
      encoderFingerprint,
      vectorsOutdated: encoderFingerprint !== encoder.fingerprint,
      withoutVector: stats.withoutVector,
      timezone: archive.info.timezone,
      created: new Date(archive.info.createdAtMs).toISOString(),
      diskBytes: cluster === undefined ? diskBytes(folder) : undefined,
    },
    encoder: { name: encoder.name, fingerprint: encoder.fingerprint, dimensions: encoder.dimensions },
    memory: { rssBytes: process.memoryUsage.rss() },
    resources: resources.status(),
  };
}

function diskBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) => sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}

function vectorFacts({
  vectorsOutdated,
  encoderFingerprint,
  withoutVector,
}: Pick<Status["archive"], "vectorsOutdated" | "encoderFingerprint" | "withoutVector">): string[][] {
  if (vectorsOutdated) {
    const why = `made by another encoder (${encoderFingerprint}), so searches go by words alone`;
    return [["vectors", `${why}; wenxun reindex makes them anew`]];
  }
  return withoutVector === 0 ? [] : [["vectors", `${counted(withoutVector, "article")} still without one`]];
}

/** A cluster looks after its own space and segments. */
const toPlace = ({ diskBytes, segments }: Pick<Status["archive"], "diskBytes" | "segments">): string =>
  diskBytes === undefined ? "in a cluster" : `${toSize(diskBytes)} in ${counted(segments ?? 0, "segment")}`;

function toText({ archive, encoder, memory, resources }: Status): string {
  const { folder, articles, snapshot, segments, sources, categories, timezone, created, diskBytes } = archive;
  const words = archive.wordsOutdated
    ? [["words", "indexed by an earlier version; wenxun reindex indexes them anew"]]
    : [];
  const facts = [
    ["archive", folder],
    ["articles", `${articles} from ${counted(sources, "source")} in ${counted(categories, "category", "categories")}`],
    ["stored", `${toPlace({ diskBytes, segments })}, state ${snapshot}, since ${created.slice(0, 10)}`],
    ...words,
    ...vectorFacts(archive),
    ["time zone", timezone],
    ["encoder", `${encoder.name}, ${encoder.dimensions} dimensions, ${encoder.fingerprint}`],
    ["memory", `${toSize(memory.rssBytes)} resident in this process`],
  ];
  const rows = resources.map(({ key, state, loads, loadMs, bytes, borrowers, hits }) => [
    state,
    String(loads),
    loadMs.toFixed(1),
    toSize(bytes),
    String(borrowers),
    String(hits),
    toPrintable(key),
  ]);
  const width = 11;
  return [
    ...facts.map(([name = "", value = ""]) => `${name.padEnd(width)}${toPrintable(value)}\n`),
    "\n",
    toTable(["state", "loads", "load ms", "size", "borrowers", "hits", "resource"], rows),
  ].join("");
}
