/** The verification of a server over TLS, and what it is shown. */
export interface TlsSettings {
  /** Whether its certificate must be valid for its name. */
  readonly verify: boolean;
  /** Certificates of authorities in place of those of Node, in PEM. */
  readonly ca?: Buffer | undefined;
  /** The client's certificate and key, in PEM. */
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  /** The name that is asked for and verified, in place of the host's. */
  readonly serverName?: string | undefined;
}

/** Writes the settings as `node:tls` takes them. */
export function tlsOptions({ verify, ca, cert, key, serverName }: TlsSettings) {
  return {
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}
