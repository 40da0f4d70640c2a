import type { Socket } from "node:net";
import { onAbort } from "./on-abort.ts";
import { describeFailure, type Stage } from "./probe-failure.ts";
import type { Address } from "./target.ts";
import { type TlsSettings, tlsOptions } from "./tls-settings.ts";

/**
 * Opens a connection, over TLS where settings are given, and resolves once it can be written to.
 *
 * @throws ProbeFailure
 */
export async function openSocket(
  address: Address,
  tls: TlsSettings | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const { connect, isIP } = await import("node:net");
  const { host } = { host: undefined, ...address };
  const socket =
    tls === undefined
      ? connect(address)
      : (await import("node:tls")).connect({
          ...address,
          // An address is never sent as a server name (RFC 6066).
          ...(host === undefined || isIP(host) !== 0 ? {} : { servername: host }),
          ...tlsOptions(tls),
        });
  let stage: Stage = "connect";
  return new Promise((resolve, reject) => {
    const settle = () => {
      release();
      socket.off("error", fail);
    };
    const fail = (error: unknown) => {
      settle();
      socket.destroy();
      reject(describeFailure(error, stage));
    };
    const release = onAbort(signal, fail);
    socket.on("error", fail);
    socket.once("connect", () => {
      stage = "handshake";
    });
    socket.once(tls === undefined ? "connect" : "secureConnect", () => {
      settle();
      resolve(socket);
    });
  });
}
