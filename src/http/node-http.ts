/**
 * Node's HTTP module. `import … from "node:http"` reads all that it exports, `WebSocket` among it, for which Node.js loads a whole client:
 * 6 MB of memory and a tenth of a start.
 */
export const nodeHttp = process.getBuiltinModule("node:http");
