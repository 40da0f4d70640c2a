import type { GrpcListenAddress } from "./grpc-options.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { RunningServer } from "./probe-server.ts";

/** One server of one `listen()`, by what it speaks. */
export type ServerKind = "http" | "grpc";

/** The addresses of the servers of one `listen()`; one of them may be left out. */
export interface ListenAddresses {
  readonly http: ListenAddress | undefined;
  readonly grpc: GrpcListenAddress | undefined;
}

/** The ports of the servers that listen. */
export type ListenPorts = { readonly [K in ServerKind]: number | undefined };

/** The servers of one `listen()` that listen. */
export interface RunningServers {
  readonly ports: ListenPorts;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** The error of a server that cannot have its port, with the error of the system as its cause. */
export class PortFailure extends Error {
  readonly kind: ServerKind;

  constructor(kind: ServerKind, cause: unknown) {
    super((cause as Error).message, { cause });
    this.kind = kind;
  }
}

/**
 * Opens the servers that have an address, all or none.
 *
 * @throws {@link PortFailure}
 */
export async function openServers(
  addresses: ListenAddresses,
  open: {
    readonly http: (address: ListenAddress) => Promise<RunningServer>;
    readonly grpc: (address: GrpcListenAddress) => Promise<RunningServer>;
  },
): Promise<RunningServers> {
  const { http, grpc } = addresses;
  const opening = [
    http && open.http(http).catch((cause) => new PortFailure("http", cause)),
    grpc && open.grpc(grpc).catch((cause) => new PortFailure("grpc", cause)),
  ] as const;
  const [httpServer, grpcServer] = await Promise.all(opening);
  const servers = [httpServer, grpcServer];
  const close = async () => {
    await Promise.all(
      servers.map((one) => (one instanceof PortFailure ? undefined : one?.close())),
    );
  };
  if (httpServer instanceof PortFailure || grpcServer instanceof PortFailure) {
    await close();
    throw httpServer instanceof PortFailure ? httpServer : grpcServer;
  }
  return { ports: { http: httpServer?.port, grpc: grpcServer?.port }, close };
}
