import type { WindowedEncoder } from "../encoder/windowed-encoder.ts";
import { AppError } from "../errors.ts";

/** @throws AppError `invalid-request` unless the encoder's vectors may be cut to that length. */
export function assertDimensions(
  wanted: number,
  encoder: Pick<WindowedEncoder, "name" | "dimensions" | "shorterDimensions">,
): void {
  const { dimensions, shorterDimensions = [] } = encoder;
  if (wanted === dimensions || shorterDimensions.includes(wanted)) return;
  const allowed = [...shorterDimensions, dimensions].join(", ");
  throw new AppError(
    "invalid-request",
    `dimensions is ${wanted}, but the vectors of ${encoder.name} can have: ${allowed}. Leave it out for ${dimensions}.`,
  );
}
