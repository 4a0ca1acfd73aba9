import type { EncoderChoice } from "./config/value-types.ts";
import type { Encoder } from "./encoder/encoder.ts";
import { loadStaticEncoder } from "./encoder/static/static-encoder.ts";
import { AppError } from "./errors.ts";
import type { Lease, Resources } from "./resources/resources.ts";

/** Borrows the encoder that a setting names; it is loaded once per process. @throws AppError `encoder-unavailable`. */
export function borrowEncoder(resources: Resources, choice: EncoderChoice): Promise<Lease<Encoder>> {
  return resources.acquire<Encoder>(`encoder:${keyOf(choice)}`, {
    load: () => loadEncoder(choice),
    bytes: (encoder) => encoder.bytes,
    release: (encoder) => encoder.close(),
  });
}

function keyOf(choice: EncoderChoice): string {
  switch (choice.kind) {
    case "builtin":
      return "builtin";
    case "onnx":
      return `onnx:${choice.model}`;
    case "remote":
      return choice.url;
  }
}

function loadEncoder(choice: EncoderChoice): Promise<Encoder> {
  if (choice.kind === "builtin") return loadStaticEncoder();
  throw new AppError("encoder-unavailable", `The encoder ${keyOf(choice)} cannot be used yet; choose builtin.`);
}
