import { notConnected } from "../../../contract/check-failures.ts";
import { CheckFailure } from "../../../contract/errors.ts";

/** The part of a connection of `rhea` that is called here. */
export interface RheaConnection {
  is_open(): boolean;
  is_closed(): boolean;
  get_error(): unknown;
  create_session(): RheaSession;
}

/** The part of a session of `rhea` that is called here. */
interface RheaSession {
  begin(): void;
  close(): void;
  // biome-ignore lint/suspicious/noExplicitAny: the contexts of events are many types
  on(event: string, listener: (context: any) => void): unknown;
}

/** The properties of a connection that are not in the types of the package. */
interface WithSocket {
  readonly socket?: { readonly errored?: unknown; readonly destroyed?: boolean };
  readonly scheduled_reconnect?: unknown;
}

interface SessionContext {
  readonly session?: {
    readonly error?: { readonly condition?: string; readonly description?: string };
  };
}

/**
 * Begins a session on a connection, and ends it once the server has begun it: a round trip that opens no link.
 * One that is lost with its connection is begun anew with the next. Its listeners are its own: one on the
 * connection would keep the event from the service's listeners of the container.
 *
 * Rejects with the code of the condition where the server refuses.
 */
export function beginSession(connection: RheaConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const session = connection.create_session();
    session.on("session_open", () => {
      session.close();
      resolve();
    });
    session.on("session_close", () => {});
    session.on("session_error", (context: SessionContext) => {
      const { condition = "amqp:session:error", description } = context.session?.error ?? {};
      reject(new CheckFailure(condition, description ?? condition));
    });
    session.begin();
  });
}

/** Refuses to ask over a connection that is not open; the cause is what the driver itself knows. */
export function requireOpen(connection: RheaConnection): void {
  if (connection.is_open()) return;
  const { socket, scheduled_reconnect } = connection as RheaConnection & WithSocket;
  const isLost = connection.is_closed() || socket?.destroyed === true;
  const state = scheduled_reconnect ? "reconnecting" : isLost ? "closed" : "connecting";
  throw notConnected(state, connection.get_error() ?? socket?.errored ?? undefined);
}
