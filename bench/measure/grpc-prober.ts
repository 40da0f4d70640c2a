import { connect } from "node:http2";

/** Milliseconds after which a kubelet gives up, unless it is told otherwise. */
const PATIENCE = 1000;

/** A HealthCheckRequest about liveness, with its prefix. */
const REQUEST = Buffer.from("\0\0\0\0\x0a\x0a\x08liveness", "latin1");

/** A HealthCheckResponse of SERVING, with its prefix. */
const SERVING = Buffer.from([0, 0, 0, 0, 2, 8, 1]);

/** Milliseconds that one gRPC probe took, on a connection of its own as a kubelet's; `undefined` for one that was missed. */
export function probeGrpc(port: number): Promise<number | undefined> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const session = connect(`http://127.0.0.1:${port}`);
    const end = (answered: boolean) => {
      clearTimeout(patience);
      session.destroy();
      resolve(answered ? performance.now() - begun : undefined);
    };
    const patience = setTimeout(() => end(false), PATIENCE);
    session.on("error", () => end(false));
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": "kube-probe/1.30",
      "grpc-timeout": `${PATIENCE}m`,
    });
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", () => end(false));
    stream.on("end", () => end(Buffer.concat(chunks).equals(SERVING)));
    stream.end(REQUEST);
  });
}
