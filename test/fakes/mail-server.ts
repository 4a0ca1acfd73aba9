import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail that arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came, header and body. */
  readonly raw: string;
}

export interface MailServer extends AsyncDisposable {
  readonly url: string;
  readonly received: ReceivedMail[];
  /** What the next mails are answered with, in turn, instead of being taken. */
  readonly refusals: { readonly code: number; readonly at: "recipient" | "data" }[];
}

/** A mail server on this machine that asks for a password, and takes what comes. */
export async function startMailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const refusals: MailServer["refusals"] = [];
  const refuse = (at: "recipient" | "data"): Error | undefined => {
    const [next] = refusals;
    if (next?.at !== at) return undefined;
    refusals.shift();
    return Object.assign(new Error("refused"), { responseCode: next.code });
  };
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username, password }, _session, done) =>
      username === "archive" && password === "s3cret"
        ? done(null, { user: "archive" })
        : done(new Error("wrong password")),
    onRcptTo: (_address, _session, done) => done(refuse("recipient") ?? null),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const refusal = refuse("data");
        if (refusal === undefined) {
          const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
          received.push({
            from,
            to: envelope.rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks).toString(),
          });
        }
        done(refusal ?? null);
      });
    },
  });
  // Connections that a killed client leaves behind.
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://archive:s3cret@127.0.0.1:${port}`,
    received,
    refusals,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
