import { createServer } from "node:http";

/** Serves a listener at a free port until the audit goes away, and sends the port to it. */
export function serve(listener) {
  process.on("disconnect", () => process.exit());
  const server = createServer(listener);
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    process.send({ port, probePort: port });
  });
}
