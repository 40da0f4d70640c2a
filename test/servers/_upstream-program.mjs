// What a check of an upstream asks, as a process that can be killed: an HTTP server with a hale service, a status
// page and a path that asks for a password; a TLS server; or a gRPC server with the health service.
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:tls";

const { speaks, host, port, password, key, cert } = JSON.parse(process.argv[2]);

const starts = {
  async http() {
    const { createHealth } = await import("hale");
    const { attach } = await import("hale/node");
    const right = `Basic ${Buffer.from(`hale:${password}`).toString("base64")}`;
    const server = createServer(({ url, headers }, response) => {
      if (url === "/private" && headers.authorization !== right) response.statusCode = 401;
      if (url !== "/api/v2/status.json") return response.end("the upstream");
      const status = { indicator: "none", description: "All Systems Operational" };
      response.end(JSON.stringify({ page: {}, status }));
    });
    attach(server, createHealth({ logger: false }));
    await once(server.listen(port, host), "listening");
  },
  async tls() {
    const server = createTlsServer({ key, cert }, (socket) => {
      socket.on("error", () => {});
      socket.resume();
    });
    await once(server.listen(port, host), "listening");
  },
  async grpc() {
    const { Server, ServerCredentials } = await import("@grpc/grpc-js");
    const { HealthImplementation } = await import("grpc-health-check");
    const server = new Server();
    new HealthImplementation({
      "": "SERVING",
      "shop.v1.Payments": "SERVING",
      "shop.v1.Ledger": "NOT_SERVING",
      "shop.v1.Refunds": "UNKNOWN",
    }).addToServer(server);
    await new Promise((bound, failed) =>
      server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (failure) =>
        failure === null ? bound() : failed(failure),
      ),
    );
  },
};

await starts[speaks]();
