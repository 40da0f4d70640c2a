/** A connection of the service, as its driver lets it be observed. */
export interface ObservedConnection {
  /** Whether it was there before, so that it may be in a transaction already. */
  readonly isConnected: boolean;
  /** The address by which the server knows it, where that is known. */
  readonly address: string | undefined;
  /** The command that has no reply yet and may wait for long, or `MONITOR`. */
  readonly waitingFor: string | undefined;
  /**
   * Calls one listener with the upper-case name of each watched command that is sent, and the other when the connection
   * is lost. What the first returns is called when the command is rejected.
   */
  observe(sent: SentListener, lost: () => void): () => void;
  /** Makes a client for another connection to the same server, which tries once. */
  another(): OtherConnection;
}

/** A listener to the commands that are sent. */
export type SentListener = (command: string) => ((failure: unknown) => void) | undefined;

/** Another connection to the server of the service's. */
export interface OtherConnection {
  readonly client: object;
  /** Opens the connection, and requests the list of all clients of the server over it. */
  listClients(): Promise<unknown>;
  close(): void;
}
