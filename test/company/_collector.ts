import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { CERTIFICATE } from "../_support/certificate.ts";

/**
 * Takes what an agent of New Relic sends, in place of the service for which a licence is needed. Resolves to its
 * port, and to the methods that were called.
 */
export async function startCollector(): Promise<{ port: number; methods: readonly string[] }> {
  const methods: string[] = [];
  const results: Record<string, unknown> = { connect: { agent_run_id: 1 } };
  const server = createServer(CERTIFICATE, (request, response) => {
    const { searchParams } = new URL(request.url ?? "", "https://localhost");
    const method = searchParams.get("method") ?? "";
    request.resume().on("end", () => {
      methods.push(method);
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ return_value: results[method] ?? null }));
    });
  });
  server.listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  results.preconnect = { redirect_host: `localhost:${port}` };
  return { port, methods };
}
