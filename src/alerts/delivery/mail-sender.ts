import type { Transporter } from "nodemailer";
import { type MailOptions, toMail } from "./mail-message.ts";
import type { Sender, SendOutcome } from "./sender.ts";

const TIMEOUT_MS = 20_000;

export interface MailSenderOptions {
  /** `smtp://user:password@host:port` or `smtps://…`; undefined where none is set. */
  readonly server: string | undefined;
  /** Address of the sender. */
  readonly from: string | undefined;
  readonly pages: MailOptions["pages"];
}

/** Sends by an SMTP server, which whoever runs the archive has chosen. */
export function createMailSender({ server, from, pages }: MailSenderOptions): Sender & AsyncDisposable {
  const close = async (): Promise<void> => {};
  if (server === undefined || from === undefined) {
    const problem = "No mail server is set: the settings smtp and mail-from say which one, and who sends.";
    return { send: async () => ({ kind: "unable", problem }), [Symbol.asyncDispose]: close };
  }
  let opening: Promise<Transporter> | undefined;
  return {
    async send(announcement, { secrets }) {
      const { to, subject, messageId, dateMs, text, html, headers, ...mail } = toMail(announcement, secrets, {
        from,
        pages,
      });
      try {
        opening ??= openTransport(server);
        const transport = await opening;
        await transport.sendMail({
          from: mail.from,
          to: { name: "", address: to },
          subject,
          messageId,
          date: new Date(dateMs),
          text,
          html,
          headers: { ...headers },
        });
        return { kind: "sent" };
      } catch (error) {
        return toOutcome(error);
      }
    },
    [Symbol.asyncDispose]: async () => (await opening)?.close(),
  };
}

/** The package is loaded with the first mail: every command would start with it otherwise. */
async function openTransport(server: string): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url: server,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** What the server answers that is about this message; before that it speaks of whoever sends. */
const OF_THE_MESSAGE: ReadonlySet<string | undefined> = new Set(["RCPT TO", "DATA"]);

/**
 * Replies of the server to a recipient or a message that begin with 5 are for good (RFC 5321). A server that greets with a refusal, lets nobody log
 * in or refuses the sender is no reader's fault, and whoever runs the archive mends it: the mails wait.
 */
function toOutcome(error: unknown): SendOutcome {
  const { responseCode, command, code, response } = error as Partial<
    Record<"command" | "code" | "response", string>
  > & {
    readonly responseCode?: number;
  };
  const said = (response ?? (error instanceof Error ? error.message : String(error)))
    .replace(/\s+/g, " ")
    .slice(0, 200);
  const problem = `The mail server did not take it: ${said}`;
  if (code === "EENVELOPE" && command === "API" && /recipient/i.test(said))
    return { kind: "refused", problem, stops: true };
  const isForGood = responseCode !== undefined && responseCode >= 500;
  if (OF_THE_MESSAGE.has(command) && responseCode !== undefined)
    // An address that there is not: no other mail would arrive either.
    return isForGood
      ? { kind: "refused", problem, stops: responseCode === 550 && command === "RCPT TO" }
      : { kind: "failed", problem };
  if (isForGood || code === "EAUTH") return { kind: "unable", problem };
  // It may be this very message over which the server breaks off, so the attempt counts.
  return { kind: "failed", problem, isAway: true };
}
