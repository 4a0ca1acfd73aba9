import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import type { App } from "./app.ts";
import { isLoopback, toClientKey } from "./client-key.ts";

/** Who asks, and for how long: what everything that works for a request is told. */
export interface Asker {
  /** Tells clients apart: a name where they have one, else the address, and on this machine the connection. Work is shared fairly between them. */
  readonly client: string;
  /** Fires when the client has gone or the deadline of the request has passed: nobody works for nobody. */
  readonly signal: AbortSignal;
}

export interface AskerOptions {
  /** How long a request may take from the moment it is here, body included, until its answer begins. */
  readonly requestTimeoutMs: number;
  /** Names a client that has shown who it is; undefined: it goes by its address. */
  readonly nameClient?: ((request: FastifyRequest) => string | undefined) | undefined;
}

/** How long work that was called off may take to say so, before the client is answered without it. */
const GRACE_MS = 200;

const RETRY_AFTER_S = 5;

const ASKER = "asker";

interface HeldAsker extends Asker {
  readonly timeoutMs: number;
}

export function askerOf(request: FastifyRequest): Asker {
  const { client, signal } = request.getDecorator<HeldAsker>(ASKER);
  return { client, signal };
}

/** For the next part of an answer that has begun: each part of a stream has a deadline of its own. */
export function askerOfPart(request: FastifyRequest): Asker {
  const { client, signal, timeoutMs } = request.getDecorator<HeldAsker>(ASKER);
  return { client, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) };
}

/**
 * Gives every request an {@link Asker}. After the deadline its work is called off and it is answered with 503; an answer that has begun
 * by then goes on, part by part.
 */
export function watchAskers(app: App, { requestTimeoutMs, nameClient }: AskerOptions): void {
  const deadlines = new WeakMap<FastifyRequest, () => void>();
  app.decorateRequest(ASKER);

  app.addHook("onRequest", async (request, reply) => {
    const controller = new AbortController();
    const held: HeldAsker = {
      get client() {
        return nameClient?.(request) ?? clientOf(request);
      },
      signal: controller.signal,
      timeoutMs: requestTimeoutMs,
    };
    request.setDecorator(ASKER, held);
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    deadlines.set(request, () => {
      // A body that is refused may be read to its end after the answer.
      if (!isOver) timer = startDeadline(reply, controller, requestTimeoutMs);
    });
    reply.raw.once("close", () => {
      isOver = true;
      clearTimeout(timer);
      if (!reply.raw.writableFinished) controller.abort();
    });
  });

  // From here on the body is here; how long that may take is another matter.
  app.addHook("preValidation", async (request) => {
    const start = deadlines.get(request);
    deadlines.delete(request);
    // A body that is read as it comes ends later.
    if (start !== undefined && request.body instanceof Readable) request.body.once("close", start);
    else start?.();
  });
}

/** By address; on this machine, where all have the same, by connection. */
function clientOf({ ip, socket }: FastifyRequest): string {
  return isLoopback(ip) ? `${ip}:${socket.remotePort ?? ""}` : toClientKey(ip);
}

function startDeadline(reply: FastifyReply, controller: AbortController, timeoutMs: number): NodeJS.Timeout {
  return setTimeout(() => {
    if (hasBegun(reply)) return;
    const error = toTimeout(timeoutMs);
    controller.abort(error);
    setTimeout(() => {
      if (!hasBegun(reply)) reply.send(error);
    }, GRACE_MS);
  }, timeoutMs);
}

const hasBegun = (reply: FastifyReply): boolean => reply.sent || reply.raw.headersSent;

/** What a request ends with whose deadline has passed. */
const toTimeout = (timeoutMs: number): AppError =>
  new AppError(
    "unavailable",
    `The server stopped after ${timeoutMs / 1000} s, which is as long as it works for one request. Ask for less at once, or try again when it is less busy.`,
    { retryAfterS: RETRY_AFTER_S, remedy: { code: "set-option", option: "request-timeout", does: "allows more time" } },
  );
