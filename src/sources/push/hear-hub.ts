import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "../../errors.ts";
import { MIN_INTERVAL_MS } from "../next-check.ts";
import type { PushStore } from "../store/push-store.ts";
import type { Moment, SourceStore } from "../store/source-store.ts";
import { isSecret } from "./ask-hub.ts";

const DAY_MS = 86_400_000;

/** Leases are believed within these. */
const MIN_LEASE_MS = 10 * 60_000;
const MAX_LEASE_MS = 30 * DAY_MS;
const DEFAULT_LEASE_MS = DAY_MS;

/** The part of a lease after which it is renewed. */
const RENEW_AFTER = 0.8;

/** How long after a request a hub may confirm it. */
const CONFIRM_WITHIN_MS = DAY_MS;

/** When a hub that has refused is asked again. */
const REFUSED_WAIT_MS = 7 * DAY_MS;

/** After a check a feed is left alone so long, though a hub that signs says that there is something new. */
const SIGNED_GAP_MS = 60_000;

/** Signatures that nobody makes without the secret; of sha1, which old hubs use, that is not believed. */
const STRONG = new Set(["sha256", "sha384", "sha512"]);

/** What a hub sends may be as large as a feed; it is not kept. */
const MAX_MESSAGE_BYTES = 15 * 2 ** 20;

export interface HearOptions {
  readonly sources: SourceStore;
  readonly pushes: PushStore;
  readonly clock: Moment;
}

/** What a hub asks when it calls back. */
export interface HubQuestion {
  readonly mode: string;
  readonly topic: string | undefined;
  readonly challenge: string | undefined;
  readonly leaseS: number | undefined;
  readonly reason: string | undefined;
}

/**
 * Answers a hub that wants to know whether it was this archive that asked: the challenge where it was, undefined where not. The end of an
 * agreement is never asked for, so nobody else ends one. An agreement that the hub refuses is answered with an empty text.
 */
export function answerHub(key: string, question: HubQuestion, { pushes, clock }: HearOptions): string | undefined {
  const push = pushes.byKey(key);
  if (push === undefined || push.topic !== question.topic) return undefined;
  const nowMs = clock.nowMs();
  if (question.mode === "denied") {
    const problem = `The hub refuses${question.reason === undefined ? "" : `: ${question.reason.slice(0, 200)}`}.`;
    pushes.change(push.sourceId, {
      status: "refused",
      problem,
      untilMs: undefined,
      nextTryMs: nowMs + REFUSED_WAIT_MS,
    });
    return "";
  }
  const isAwaited = push.tries > 0 && push.nextTryMs <= nowMs + CONFIRM_WITHIN_MS;
  if (question.mode !== "subscribe" || question.challenge === undefined || !isAwaited) return undefined;
  const askedMs = question.leaseS === undefined ? DEFAULT_LEASE_MS : question.leaseS * 1000;
  const leaseMs = Math.min(MAX_LEASE_MS, Math.max(MIN_LEASE_MS, askedMs));
  pushes.change(push.sourceId, {
    status: "active",
    untilMs: nowMs + leaseMs,
    nextTryMs: nowMs + leaseMs * RENEW_AFTER,
    tries: 0,
    problem: undefined,
  });
  return question.challenge;
}

/** What a hub sent. */
export interface HubMessage {
  /** The header `X-Hub-Signature`: `method=hex`. */
  readonly signature: string | undefined;
  readonly body: AsyncIterable<Buffer>;
}

/**
 * Takes a message of a hub as a hint to look at the feed soon; what it holds is not read. False where nothing was agreed under the key, so that
 * the hub stops. A message whose signature is wrong or missing is passed over, and the hub is told nothing of that (section 7.1 of WebSub).
 * @throws AppError `payload-too-large`
 */
export async function hearHub(
  key: string,
  { signature, body }: HubMessage,
  { sources, pushes, clock }: HearOptions,
): Promise<boolean> {
  const push = pushes.byKey(key);
  if (push === undefined) return false;
  const [, method = "", hex = ""] = /^\s*(\w+)=([0-9a-f]+)\s*$/i.exec(signature ?? "") ?? [];
  const algorithm = method.toLowerCase();
  const isKnown = STRONG.has(algorithm) || algorithm === "sha1";
  const hmac = createHmac(isKnown ? algorithm : "sha256", push.secret);
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_MESSAGE_BYTES) throw new AppError("payload-too-large", "The message is larger than a feed may be.");
    hmac.update(chunk);
  }
  const given = Buffer.from(hex, "hex");
  const expected = hmac.digest();
  const isSigned = isKnown && given.length === expected.length && timingSafeEqual(given, expected);
  if (isSecret(push.hub) && !isSigned) {
    const problem = signature === undefined ? "without its signature" : "with a wrong signature";
    pushes.change(push.sourceId, { problem: `A message came ${problem} and was passed over.` });
    return true;
  }
  const gapMs = isSigned && STRONG.has(algorithm) ? SIGNED_GAP_MS : MIN_INTERVAL_MS;
  pushes.change(push.sourceId, { toldMs: clock.nowMs(), toldGapMs: gapMs, ...(isSigned && { problem: undefined }) });
  hasten(push.sourceId, gapMs, { sources, clock });
  return true;
}

/**
 * Has a source looked at soon, though not before so long after the last check. One that fails, or that has asked to be left alone, is not
 * looked at any sooner.
 */
export function hasten(
  sourceId: number,
  gapMs: number,
  { sources, clock }: Pick<HearOptions, "sources" | "clock">,
): void {
  const source = sources.byId(sourceId);
  if (source === undefined || source.failures > 0) return;
  const nowMs = clock.nowMs();
  const atMs = Math.max(nowMs, Math.min(nowMs, source.checkedMs ?? nowMs - gapMs) + gapMs);
  if (atMs < source.nextCheckMs)
    sources.change(sourceId, { nextCheckMs: atMs, steadyDueMs: clock.steadyMs() + atMs - nowMs });
}
