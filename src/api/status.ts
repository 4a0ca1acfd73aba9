import type { Activity } from "../archive/archive.ts";
import type { ServerContext } from "./context.ts";
import type { StatusReply } from "./wire.ts";

/** What is loaded, how large, how often used; no path and no secret, since anybody may ask. */
export async function toStatusReply(context: ServerContext): Promise<StatusReply> {
  const memory = process.memoryUsage();
  const status: StatusReply = {
    version: context.version,
    uptimeS: Math.round((Date.now() - context.startedAtMs) / 100) / 10,
    ready: context.peek() !== undefined,
    memory: { rssBytes: memory.rss, heapUsedBytes: memory.heapUsed, externalBytes: memory.external },
    resources: context.resourceStatus().map(({ error: _private, ...resource }) => resource),
  };
  const backend = context.peek();
  if (backend === undefined) return status;
  const { encoder, archive } = backend;
  const { snapshot, articles, segments, sources, categories, encoderFingerprint } = await archive.stats();
  const activity = await archive.activity();
  const ceiling = backend.memory?.();
  const threads = archive.load();
  return {
    ...status,
    memory: {
      ...status.memory,
      ...(ceiling && {
        ceilingBytes: ceiling.ceilingBytes,
        highestBytes: ceiling.highestBytes,
        state: ceiling.state,
      }),
    },
    ...(threads && { search: threads }),
    ...(activity !== undefined && { activity: toWireActivity(activity) }),
    encoder: {
      name: encoder.name,
      fingerprint: encoder.fingerprint,
      dimensions: encoder.dimensions,
      bytes: encoder.bytes,
    },
    archive: {
      snapshot,
      articles,
      ...(segments !== undefined && { segments }),
      sources,
      categories,
      timezone: archive.info.timezone,
      created: new Date(archive.info.createdAtMs).toISOString(),
      encoderFingerprint,
      vectorsOutdated: encoderFingerprint !== encoder.fingerprint,
    },
  };
}

const toWireActivity = ({ what, startedAtMs, done, share }: Activity): NonNullable<StatusReply["activity"]> => ({
  what,
  started: new Date(startedAtMs).toISOString(),
  done,
  ...(share !== undefined && { share }),
});
