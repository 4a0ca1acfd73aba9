import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Reader } from "../../src/archive/reader.ts";
import { verifyArchive } from "../../src/archive/verify.ts";
import { Writer } from "../../src/archive/writer.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";

export interface KillOutcome {
  readonly batches: number;
  /** What is wrong afterwards; empty when nothing acknowledged was lost. */
  readonly faults: readonly string[];
}

/**
 * Lets a process write to the archive in `folder`, kills it with SIGKILL after `delayMs` of writing, and looks whether what it
 * had reported is there. `versions` holds what was reported as stored so far and is brought up to date.
 */
export async function writeAndKill(
  folder: string,
  versions: Map<string, number>,
  seed: number,
  delayMs: number,
): Promise<KillOutcome> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "writing-process.ts"), folder, String(seed)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let batches = 0;
  let _timer: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const report = parse(line);
    if (report === undefined) continue;
    batches++;
    for (const [id, version] of report.stored ?? []) versions.set(id, version);
    for (const id of report.removing ?? []) versions.delete(id);
    _timer ??= setTimeout(() => child.kill("SIGKILL"), delayMs);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");

  const faults: string[] = verifyArchive(folder).problems.map(({ where, what }) => `${where}: ${what}`);
  const resources = createResources();
  await (await Writer.open({ folder, encoder: createFakeEncoder(), resources })).close();
  faults.push(...verifyArchive(folder).leftovers.map((name) => `left over: ${name}`));
  const reader = await Reader.open(folder, resources);
  {
    using snapshot = await reader.snapshot();
    for (const [id, version] of versions) {
      const stored = snapshot.articleById(id);
      if (stored === undefined) faults.push(`article ${id} is missing`);
      // The last write may have been committed without being reported: newer is sound.
      else if (Number(stored.title) < version) faults.push(`article ${id} is an older version`);
      else if (snapshot.locate(stored.key) === undefined) faults.push(`article ${id} is in no segment`);
    }
  }
  await reader.close();
  return { batches, faults };
}

/** A line may be cut by the kill. */
function parse(line: string): { stored?: [string, number][]; removing?: string[] } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
