/** The port of everything that messages are sent by. */
import type { AlertSecrets } from "../alert.ts";
import type { Announcement } from "./announcement.ts";

export interface Sender {
  /** Sends one message. It may have arrived although it fails. @throws only what is a defect */
  send(announcement: Announcement, given: SendOptions): Promise<SendOutcome>;
}

export interface SendOptions {
  readonly secrets: AlertSecrets;
  readonly signal?: AbortSignal | undefined;
}

export type SendOutcome =
  | { readonly kind: "sent" }
  /** Another attempt may succeed. `isAway`: the receiver did not answer at all, so that other messages would not arrive now either. */
  | {
      readonly kind: "failed";
      readonly problem: string;
      readonly retryAfterMs?: number | undefined;
      readonly isAway?: boolean | undefined;
    }
  /** No other attempt would; `stops`: nor would another message. */
  | { readonly kind: "refused"; readonly problem: string; readonly stops: boolean }
  /** For a reason on this side no message can be sent now: the attempt counts for none. */
  | { readonly kind: "unable"; readonly problem: string };
