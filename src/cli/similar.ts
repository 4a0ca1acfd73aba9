import { type Command, InvalidArgumentError } from "commander";
import { toWireHit } from "../api/to-wire.ts";
import { openBackend } from "../compose/open-backend.ts";
import { AppError } from "../errors.ts";
import { MAX_LIMIT } from "../search/limits.ts";
import { dayOf } from "../text/days.ts";
import { toBackendOptions } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";
import { toTable } from "./table.ts";

interface Flags extends DataFlags {
  readonly limit: number;
  readonly sameStory?: true;
}

export function registerSimilar(program: Command, context: CliContext): void {
  const command = program
    .command("similar")
    .argument("<ID>", "Id of an article, as search --json shows it.")
    .description("Lists the articles nearest in meaning to one article, its own copies left out.")
    .option("--limit <N>", `Articles to show, 1 to ${MAX_LIMIT}.`, toLimit, 10)
    .option("--same-story", "Only those that tell the same event.");
  addDataFlags(command, "article");
  const settings = addSettings(command, ["archive", "encoder"]);
  command.action(async (id: string, flags: Flags) => {
    const { limit, sameStory } = flags;
    await using app = await openBackend(toBackendOptions(settings.load(context).config, context));
    const hits = await app.search.similar(id, { limit, sameStory });
    if (hits === undefined)
      throw new AppError("not-found", `There is no article with the id ${JSON.stringify(id)} in the archive.`);
    const { stdout } = context;
    const found = hits.map(toWireHit);
    if (!writeData(flags, context, { id, hits: found }, found)) {
      const { timezone } = app.archive.info;
      const rows = hits.map((hit) => [
        hit.publishedAtMs === undefined ? "" : dayOf(hit.publishedAtMs, timezone),
        (hit.why.semantic ?? 0).toFixed(2),
        toPrintable(hit.source ?? ""),
        toPrintable(hit.id),
        toPrintable(hit.title),
      ]);
      stdout.write(toTable(["day", "meaning", "source", "id", "title"], rows));
    }
  });
}

function toLimit(text: string): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidArgumentError(`Wanted a whole number from 1 to ${MAX_LIMIT}.`);
}
