import type { Cluster } from "node:cluster";
import { createServer } from "node:net";

/** Milliseconds that a primary may take to answer; one that is busy for longer is not waited for. */
const MAX_WAIT = 2000;

/**
 * Resolves once a worker that has closed its servers has handed back the connections that the primary
 * had sent before it knew. The worker would take those with it, and their clients would wait for ever.
 *
 * Messages come in order, and a primary answers whoever asks for a port: with that answer, all that it had
 * sent before has come.
 */
export async function handBackConnections({ isWorker, worker }: Cluster): Promise<void> {
  if (!isWorker || !worker?.isConnected()) return;
  const server = createServer();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, MAX_WAIT);
    const emit = server.emit.bind(server);
    // Swallowed, or the primary would hear of a worker that listens.
    server.emit = (event: string, ...values: unknown[]) => {
      if (event !== "listening" && event !== "error") return emit(event, ...values);
      clearTimeout(timer);
      resolve();
      return true;
    };
    server.listen({ port: 0, host: "127.0.0.1" });
  });
  server.close();
}
