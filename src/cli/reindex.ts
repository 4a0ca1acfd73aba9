import type { Command } from "commander";
import { borrowEncoder } from "../compose/load-encoder.ts";
import { openForWriting } from "../compose/open-app.ts";
import { AppError } from "../errors.ts";
import { reindexArchive } from "../local/care/reindex.ts";
import { createResources } from "../resources/registry.ts";
import { toAppOptions } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { createProgress } from "./progress.ts";
import { addSettings } from "./settings.ts";

interface Flags {
  readonly compact?: true;
}

export function registerReindex(program: Command, context: CliContext): void {
  const command = program
    .command("reindex")
    .summary("move the archive to another encoder")
    .description(
      "Encodes every article with the encoder that is set, where the archive was made with another one, and those that\n" +
        "were imported while an encoder was away. Searches go on meanwhile; interrupted, it goes on when called again.",
    )
    .option("--compact", "Then merge the archive into few segments: searches become a little faster.");
  const settings = addSettings(command, ["archive", "encoder"]);
  command.action(async ({ compact }: Flags) => {
    const { config } = settings.load(context);
    context.giveWay();
    const { folder, encoder: choice } = toAppOptions(config, context);
    const signal = context.stopSignal();
    await using resources = createResources();
    using encoder = await borrowEncoder(resources, choice);
    const progress = createProgress(context.stderr, "encoding");
    let encoded: number;
    try {
      const onProgress = progress.update;
      encoded = await reindexArchive({ folder, encoder: encoder.value, resources, signal, onProgress });
    } finally {
      progress.end();
    }
    // The archive exists by now, so the time zone, which is for new ones, is not looked at.
    await using app = await openForWriting({ folder, encoder: choice, resources, timezone: config.timezone });
    const waiting = await app.writer.backfill();
    if (compact) await app.writer.compact({ signal });
    context.stdout.write(`${encoded} articles encoded with ${encoder.value.name} (${encoder.value.fingerprint})\n`);
    if (waiting > 0) {
      throw new AppError("encoder-unavailable", `${waiting} articles still have no vector. Run wenxun reindex again.`);
    }
  });
}
