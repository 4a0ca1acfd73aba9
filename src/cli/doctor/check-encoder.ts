import { borrowArchiveEncoder } from "../../compose/load-encoder.ts";
import { withoutPassword } from "../../compose/without-password.ts";
import type { EncoderChoice } from "../../config/value-types.ts";
import type { Encoder } from "../../encoder/encoder.ts";
import { AppError } from "../../errors.ts";
import { type Check, type Found, fault, fine, type Patient } from "./finding.ts";

/** In both scripts, so that a server that drops one of them is noticed. */
const TEXTS = ["台风登陆沿海", "颱風登陸沿海"];
/** Of the length of a unit vector. */
const TOLERANCE = 0.01;

export const checkEncoder: Check = {
  area: "encoder",
  async *examine(patient) {
    for (const choice of eachOf(patient.config.encoder)) yield* checkOne(choice, patient);
  },
};

/** Several servers are asked one by one: a pool would hide the one that is away. */
function eachOf(choice: EncoderChoice): readonly EncoderChoice[] {
  return choice.kind === "remote"
    ? [choice.url, ...(choice.others ?? [])].map((url) => ({ kind: "remote", url }))
    : [choice];
}

async function* checkOne(choice: EncoderChoice, patient: Patient): AsyncIterable<Found> {
  const name =
    choice.kind === "remote"
      ? withoutPassword(choice.url)
      : choice.kind === "onnx"
        ? `onnx:${choice.model}`
        : "builtin";
  const made = infoOf(patient);
  let encoder: Encoder;
  let vectors: readonly (Float32Array | undefined)[];
  try {
    using lease = await borrowArchiveEncoder(patient.resources, choice, made);
    encoder = lease.value;
    vectors = await encoder.encode(TEXTS, { role: "query" });
  } catch (error) {
    yield fault(
      "encoder-unavailable",
      `The encoder ${name} does not work: ${error instanceof Error ? error.message : String(error)}`,
      mendOf(choice),
    );
    return;
  }
  const isSound = vectors.length === TEXTS.length && vectors.every((vector) => isUnit(vector, encoder.dimensions));
  if (!isSound) yield fault("encoder-unsound", `The encoder ${name} gives vectors that are none.`, mendOf(choice));
  if (made !== undefined && made.encoderFingerprint !== encoder.fingerprint)
    yield fault(
      "encoder-mismatch",
      `The archive's vectors were made by ${made.encoderFingerprint}, and the encoder in use is ${encoder.fingerprint}: searches go by words alone.`,
      `wenxun reindex${patient.archiveFlag}   (or choose the encoder that made it with --encoder)`,
    );
  yield fine(`${encoder.name}, ${encoder.dimensions} dimensions, ${encoder.fingerprint}, ${name} answers`);
}

const isUnit = (vector: Float32Array | undefined, dimensions: number): boolean =>
  vector?.length === dimensions && Math.abs(Math.hypot(...vector) - 1) < TOLERANCE;

function infoOf({ inspect }: Patient): ReturnType<Patient["inspect"]>["info"] | undefined {
  try {
    return inspect().info;
  } catch (error) {
    // Why it cannot be read is told with the archive.
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function mendOf(choice: EncoderChoice): string {
  switch (choice.kind) {
    case "remote":
      return `curl -i ${withoutPassword(choice.url)}   (start that server: wenxun encoder-server; or name another one with --encoder)`;
    case "onnx":
      return `ls ${choice.model}   (docs/ENCODER.md says what has to be there)${ONNX_INSTALL}`;
    case "builtin":
      return "install wenxun anew: its folder models/ is damaged or missing";
  }
}

const ONNX_INSTALL = "; npm install onnxruntime-node   (where it is the runtime that is missing)";
