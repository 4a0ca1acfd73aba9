/**
 * A server of node:http that answers `ok` and does nothing else, in a process of its own: how long it takes to answer while another server
 * is attacked is what the machine takes, not the server.
 */
import { createServer } from "node:http";

const server = createServer((_request, response) => response.end("ok\n"));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : undefined);
});
process.once("disconnect", () => process.exit());
