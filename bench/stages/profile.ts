import { Session } from "node:inspector/promises";

/** Where the time of a profile went. */
export interface StageTimes {
  /** Milliseconds by name of stage. */
  readonly ms: ReadonlyMap<string, number>;
  readonly totalMs: number;
}

/** A stage by the functions it is made of: `function` or `function file.ts`. */
export type Stages = Readonly<Record<string, readonly string[]>>;

const SAMPLE_EVERY_US = 200;

/**
 * Samples this thread while `work` runs. A sample counts for the innermost function of its stack that a stage names: a text that is read
 * to fold copies counts as a text that is read. What is outside of `within` is left out, the collection of garbage is a stage of its own.
 */
export async function profileStages(stages: Stages, within: string, work: () => Promise<void>): Promise<StageTimes> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: SAMPLE_EVERY_US });
  await session.post("Profiler.start");
  await work();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const stageOf = new Map(
    Object.entries(stages).flatMap(([stage, functions]) => functions.map((name) => [name, stage] as const)),
  );
  const ms = new Map<string, number>();
  let totalMs = 0;
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const spentMs = (profile.timeDeltas?.[index] ?? 0) / 1000;
    let stage: string | undefined;
    let isWithin = false;
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { functionName, url } = nodes.get(at)?.callFrame ?? { functionName: "", url: "" };
      if (functionName === "(garbage collector)") {
        stage = "collecting garbage";
        isWithin = true;
      }
      stage ??= stageOf.get(`${functionName} ${url.split("/").at(-1)}`) ?? stageOf.get(functionName);
      isWithin ||= functionName === within;
    }
    if (!isWithin) continue;
    totalMs += spentMs;
    const name = stage ?? "the rest";
    ms.set(name, (ms.get(name) ?? 0) + spentMs);
  }
  return { ms, totalMs };
}
