/** A connection of the service, as its driver lets it be observed. */
export interface ObservedConnection {
  /** Whether it was there before, so that it may be in a transaction already. */
  readonly isConnected: boolean;
  /** The address by which the server knows it, where that is known. */
  readonly address: string | undefined;
  /** The command that has no reply yet and may wait for long, or `MONITOR`. */
  readonly waitingFor: string | undefined;
  /** Calls one listener with the name of each command that is sent, and the other when the connection is lost. */
  observe(sent: (command: string) => void, lost: () => void): () => void;
  /** Opens another connection to the same server, which tries once; `ended` is called when it is over. */
  openAnother(ended: () => void): Promise<OtherConnection>;
}

/** Another connection to the server of the service's. */
export interface OtherConnection {
  readonly client: object;
  listClients(): PromiseLike<unknown>;
  close(): void;
}
