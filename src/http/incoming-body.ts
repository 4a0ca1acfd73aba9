import { Transform, type TransformCallback } from "node:stream";
import { AppError } from "../errors.ts";
import type { App } from "./app.ts";
import { hasBody } from "./unread-body.ts";

export interface BodyLimits {
  /** Bytes of bodies that are being received, of all requests together. */
  readonly maxBytesInFlight: number;
  /** A body may take this long however slowly it comes. Default {@link PATIENCE_MS}. */
  readonly patienceMs?: number;
}

/** Default of {@link BodyLimits.patienceMs}. */
const PATIENCE_MS = 5_000;

/** What a body must bring beyond that time, on average: a modem of the nineties does it. */
const MIN_BYTES_PER_SECOND = 4096;

/** The pace of bodies is looked at so many times while one's patience lasts. */
const CHECKS = 5;

/** A body that is being received, counted as it comes. */
class IncomingBody extends Transform {
  /** For the framework, which compares it with the length that was declared. */
  receivedEncodedLength = 0;
  readonly startedAtMs = performance.now();
  readonly #onBytes: (bytes: number) => void;

  constructor(onBytes: (bytes: number) => void) {
    super();
    this.#onBytes = onBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.receivedEncodedLength += chunk.length;
    try {
      this.#onBytes(chunk.length);
      done(undefined, chunk);
    } catch (error) {
      done(error as Error);
    }
  }

  isTooSlow(nowMs: number, patienceMs: number): boolean {
    const lateMs = nowMs - this.startedAtMs - patienceMs;
    return lateMs > 0 && this.receivedEncodedLength < (lateMs / 1000) * MIN_BYTES_PER_SECOND;
  }
}

/**
 * Bounds what bodies take that are not here yet. Only bytes that have come are counted, so that nobody reserves room by announcing a
 * large body; one that dribbles in is refused, and so is the one whose next bytes do not fit beside those of the others.
 */
export function limitIncomingBodies(app: App, { maxBytesInFlight, patienceMs = PATIENCE_MS }: BodyLimits): void {
  const incoming = new Set<IncomingBody>();
  let bytesInFlight = 0;

  const checkPace = (): void => {
    const nowMs = performance.now();
    for (const body of incoming) {
      if (body.isTooSlow(nowMs, patienceMs))
        body.destroy(new AppError("too-slow", "The body came too slowly; send it again."));
    }
  };
  let timer: NodeJS.Timeout | undefined;

  app.addHook("preParsing", (request, reply, payload, done) => {
    if (!hasBody(request)) {
      done(null, payload);
      return;
    }
    const limit = request.routeOptions.bodyLimit ?? Number.POSITIVE_INFINITY;
    let held = 0;
    const body = new IncomingBody((bytes) => {
      if (held + bytes > limit) throw new AppError("payload-too-large", TOO_LARGE);
      if (bytesInFlight + bytes > maxBytesInFlight) {
        throw new AppError("overloaded", "Too many large requests are being received; try again.", { retryAfterS: 1 });
      }
      bytesInFlight += bytes;
      held += bytes;
    });
    incoming.add(body);
    timer ??= setInterval(checkPace, patienceMs / CHECKS).unref();
    body.once("close", () => {
      incoming.delete(body);
      if (incoming.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
    // What was read of it stays in memory until it is answered.
    reply.raw.once("close", () => {
      bytesInFlight -= held;
      body.destroy();
    });
    // Whoever reads it is told; where nobody does any more, nobody needs to be.
    body.once("error", () => {});
    payload.once("error", (error) => body.destroy(error));
    done(null, payload.pipe(body));
  });
}

const TOO_LARGE = "The body is larger than the server takes; send less at once.";
