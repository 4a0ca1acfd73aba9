import { AppError } from "../../errors.ts";
import type { Poster } from "../../fetch/create-poster.ts";
import type { Sender } from "./sender.ts";
import { toWebhookBody, toWebhookHeaders } from "./webhook-message.ts";

export interface WebhookSenderOptions {
  readonly poster: Poster;
  readonly nowMs: () => number;
}

/** Sends by Standard Webhooks 1.0: 2xx is arrived, 410 is never again, and anything else another attempt. */
export function createWebhookSender({ poster, nowMs }: WebhookSenderOptions): Sender {
  return {
    async send(announcement, { secrets, signal }) {
      const { messageId, alert } = announcement;
      if (secrets.signingSecret === undefined)
        return { kind: "refused", problem: "The alert has no secret to sign with.", stops: true };
      const body = toWebhookBody(announcement);
      const headers = toWebhookHeaders({ messageId, body, secret: secrets.signingSecret, nowMs: nowMs() });
      try {
        const { status, headers: answered } = await poster.post(alert.address, { headers, body, signal });
        if (status >= 200 && status < 300) return { kind: "sent" };
        if (status === 410) return { kind: "refused", problem: "The receiver wants no more (410 Gone).", stops: true };
        const problem = `The receiver answered ${status}${status >= 300 && status < 400 ? ", and redirects are not followed" : ""}.`;
        return { kind: "failed", problem, retryAfterMs: toWaitMs(answered["retry-after"], nowMs()) };
      } catch (error) {
        // The address of a webhook may be a secret, so the message names its host alone.
        if (error instanceof AppError)
          return { kind: "failed", problem: error.message, isAway: error.code === "fetch-failed" };
        if (signal?.aborted === true) return { kind: "failed", problem: "It was broken off." };
        throw error;
      }
    },
  };
}

/** Retry-After in seconds or as a date (RFC 9110). */
function toWaitMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
