import { badOption } from "../../contract/misuse.ts";
import {
  RECORD,
  type Rule,
  type Rules,
  requireOption,
  validateOptions,
} from "../../contract/options.ts";
import { ADDRESS_RULES, type ListenAddress } from "./listen-address.ts";

/** A text in PEM, or its bytes. */
export type Pem = string | Uint8Array;

/** The certificates of a gRPC health server. */
export interface GrpcTlsOptions {
  /** The certificate of the server, and those between it and its authority. */
  cert: Pem;
  /** The private key of the certificate. */
  key: Pem;
  /**
   * The passphrase of the key.
   *
   * @default none
   */
  passphrase?: string | undefined;
  /**
   * The authorities, one of which must have issued the certificate of every client.
   *
   * @default none: a client needs no certificate
   */
  ca?: Pem | undefined;
}

/** The address of a gRPC health server. */
export interface GrpcListenOptions {
  /** The port, or 0 for a free one. */
  port: number;
  /**
   * The address to listen on.
   *
   * @default that of `listen()`
   */
  host?: string | undefined;
  /**
   * The certificates. A kubelet probes without TLS.
   *
   * @default none: without TLS
   */
  tls?: GrpcTlsOptions | undefined;
}

/** The address of a gRPC health server, with its certificates. */
export interface GrpcListenAddress extends ListenAddress {
  readonly tls: GrpcTlsOptions | undefined;
}

/** The rule of the option `grpc`, whose object has rules of its own. */
export const GRPC_RULE: Rule = {
  expected: `${ADDRESS_RULES.port.expected}, or an object with a "port"`,
  accepts: (value) => ADDRESS_RULES.port.accepts(value) || RECORD.accepts(value),
};

const RULES: Rules<GrpcListenOptions> = { ...ADDRESS_RULES, tls: RECORD };

const PEM: Rule = {
  expected: "a text in PEM, or its bytes",
  secret: true,
  accepts: (value) => value instanceof Uint8Array || (typeof value === "string" && value !== ""),
};

const TLS_RULES: Rules<GrpcTlsOptions> = {
  cert: PEM,
  key: PEM,
  passphrase: { expected: "a text", secret: true, accepts: (value) => typeof value === "string" },
  ca: PEM,
};

/**
 * Validates the option `grpc`, and returns where the server is to listen; `host` is that of the other server.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 */
export function grpcListenAddressOf(
  given: number | GrpcListenOptions,
  host: string | undefined,
): GrpcListenAddress {
  const options = typeof given === "number" ? { port: given } : given;
  validateOptions("grpc", options, RULES);
  requireOption("grpc", "port", options.port, RULES.port);
  const { tls } = options;
  if (tls !== undefined) {
    validateOptions("tls", tls, TLS_RULES);
    requireOption("tls", "cert", tls.cert, TLS_RULES.cert);
    requireOption("tls", "key", tls.key, TLS_RULES.key);
    requireCertificates(tls);
  }
  return { port: options.port, host: options.host ?? host, tls };
}

/**
 * Refuses certificates that cannot be read, and a key that belongs to another one.
 *
 * @throws `HALE_BAD_OPTION`
 */
function requireCertificates(tls: GrpcTlsOptions): void {
  // Not imported, since few services have certificates for their probes.
  const { createSecureContext } = process.getBuiltinModule("node:tls");
  const { X509Certificate } = process.getBuiltinModule("node:crypto");
  try {
    const { ca } = secureContextOf(tls);
    // A context takes anything for authorities, and then no client can connect.
    if (ca !== undefined) new X509Certificate(ca);
    createSecureContext(secureContextOf(tls));
  } catch (cause) {
    const expected = "a certificate and its key, in PEM";
    // OpenSSL names the fault, and never the key.
    throw badOption("grpc", "tls", expected, `refused: ${(cause as Error).message}`);
  }
}

/** Certificates as `node:tls` takes them. */
interface SecureContext {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  readonly passphrase?: string;
  readonly ca?: string | Buffer;
  readonly requestCert?: boolean;
  readonly rejectUnauthorized?: boolean;
}

/** Returns the certificates as `node:tls` takes them. */
export function secureContextOf({ cert, key, passphrase, ca }: GrpcTlsOptions): SecureContext {
  const bytes = (pem: Pem) => (typeof pem === "string" ? pem : Buffer.from(pem));
  return {
    cert: bytes(cert),
    key: bytes(key),
    ...(passphrase !== undefined && { passphrase }),
    ...(ca !== undefined && { ca: bytes(ca), requestCert: true, rejectUnauthorized: true }),
  };
}
