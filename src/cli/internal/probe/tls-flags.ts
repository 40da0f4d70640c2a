import type { Flags, Input } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { excerpt } from "./excerpt.ts";
import { readFlagFile } from "./read-flag-file.ts";
import type { TlsSettings } from "./tls-settings.ts";

function parseServerName(text: string): string {
  if (!/^[a-z\d_-]+(?:\.[a-z\d_-]+)*\.?$/i.test(text) || /^[\d.]+$/.test(text)) {
    throw new UsageError("must be a host name, and no address (RFC 6066)");
  }
  return text;
}

/** The flags of TLS that `hale probe`, `hale wait` and `hale watch` share. */
export const TLS_FLAGS = {
  cacert: {
    type: "file",
    summary: "Certificates of authorities, in PEM, in place of the usual ones.",
  },
  cert: { type: "file", summary: "The certificate of the client, in PEM." },
  key: { type: "file", summary: "The key of the client's certificate, in PEM." },
  servername: {
    type: "text",
    hint: "name",
    parse: parseServerName,
    summary: "The name that TLS asks for and verifies, in place of the host.",
  },
  insecure: { type: "switch", short: "k", summary: "Accepts any certificate." },
} as const satisfies Flags;

/** The parsed flags of TLS. */
export type TlsFlags = Input<typeof TLS_FLAGS>["flags"];

/**
 * Reads the files of the flags, and returns how servers are verified over TLS.
 *
 * @param verifies whether certificates are verified unless `--insecure` is given
 * @throws UsageError
 */
export async function tlsSettings(flags: TlsFlags, verifies = true): Promise<TlsSettings> {
  const { cacert, cert, key } = flags;
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError("--cert and --key are given together, or not at all.");
  }
  const files = {
    ca: cacert === undefined ? undefined : readFlagFile("cacert", cacert),
    cert: cert === undefined ? undefined : readFlagFile("cert", cert),
    key: key === undefined ? undefined : readFlagFile("key", key),
  };
  if (cacert !== undefined || cert !== undefined) await validatePem(files);
  const verify = !flags.insecure && verifies;
  return { verify, ...files, serverName: flags.servername };
}

/** Refuses files that TLS could not use, as the fault of the command line and not of the server. */
async function validatePem({ ca, cert, key }: Pick<TlsSettings, "ca" | "cert" | "key">) {
  // Node takes a file without any certificate for an empty list.
  if (ca !== undefined && !ca.includes("-----BEGIN CERTIFICATE-----")) {
    throw new UsageError("--cacert must name a file with certificates in PEM.");
  }
  try {
    const { createSecureContext } = await import("node:tls");
    createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
  } catch (error) {
    const reason = error instanceof Error ? excerpt(error.message) : String(error);
    throw new UsageError(`--cacert, --cert or --key names a file that TLS cannot use: ${reason}.`);
  }
}
