import { borrowArchiveEncoder } from "../../compose/load-encoder.ts";
import { examineClusterArchive } from "../../compose/open-cluster.ts";
import { AppError } from "../../errors.ts";
import type { Found, Patient } from "./finding.ts";

/** An archive in a cluster, and the cluster that keeps it. */
export async function* checkClusterArchive(patient: Patient): AsyncGenerator<Found> {
  if (patient.cluster === undefined) return;
  yield* examineClusterArchive(patient.cluster, {
    encoderFingerprint: await fingerprintOf(patient),
    nowMs: () => patient.machine.nowMs(),
  });
}

/** Undefined where the encoder cannot be loaded, which is told with the encoder. */
async function fingerprintOf({ resources, config }: Patient): Promise<string | undefined> {
  try {
    await using lease = await borrowArchiveEncoder(resources, config.encoder, undefined);
    return lease.value.fingerprint;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
