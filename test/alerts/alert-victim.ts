/** Works on followed searches until it is killed: `node alert-victim.ts FOLDER SMTP`. */
import { runAlerts } from "../../src/alerts/run-alerts.ts";
import { openAlerting } from "../../src/compose/alerting.ts";
import { openBackend } from "../../src/compose/open-backend.ts";

const [folder = "", smtp] = process.argv.slice(2);
const backend = await openBackend({ folder, encoder: { kind: "builtin" } });
const alerting = openAlerting(backend, {
  folder,
  smtp,
  mailFrom: "archive@archive.example",
  fetchAllow: ["127.0.0.1"],
  fetchContact: undefined,
  fetchTimeoutMs: 5000,
});
process.stdout.write("ready\n");
await runAlerts({
  ...alerting,
  signal: new AbortController().signal,
  lookEveryMs: 20,
  // What a killed one was sending is sent again soon.
  claimMs: 400,
  onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
});
