import type { Encoder } from "../../encoder/encoder.ts";
import { AppError } from "../../errors.ts";
import type { FolderInfo } from "./database.ts";

/** Whether the archive's vectors are those of an encoder. */
export const isOfEncoder = (info: FolderInfo, encoder: Pick<Encoder, "fingerprint" | "dimensions">): boolean =>
  info.encoderFingerprint === encoder.fingerprint && info.dimensions === encoder.dimensions;

/** @throws AppError `encoder-mismatch` when the archive's vectors were made by another encoder. */
export function assertEncoder(info: FolderInfo, encoder: Pick<Encoder, "fingerprint" | "dimensions">): void {
  if (isOfEncoder(info, encoder)) return;
  throw new AppError(
    "encoder-mismatch",
    `The vectors in ${info.folder} were made by encoder ${info.encoderFingerprint} (${info.dimensions} dimensions), but the encoder in use is ${encoder.fingerprint} (${encoder.dimensions}).`,
    { remedy: { code: "reindex", folder: info.folder } },
  );
}
