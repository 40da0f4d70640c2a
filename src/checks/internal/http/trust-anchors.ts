import { builtin } from "../process/builtin.ts";
import type { FindAnchor } from "./certificate-chain.ts";

/** Lookup of trusted certificates: those that were given, or else those that Node trusts. */
export function trustAnchors(owner: string, ca: readonly string[] | undefined): FindAnchor {
  const { X509Certificate } = builtin(owner, "node:crypto");
  const tls = builtin(owner, "node:tls");
  /** By name and key; made once they are looked for, since there are more than a hundred. */
  let anchors: Map<string, { readonly valid_to: string }> | undefined;
  const identityOf = ({ subject, publicKey }: InstanceType<typeof X509Certificate>) =>
    `${subject}\n${publicKey.export({ type: "spki", format: "der" }).toString("base64")}`;

  function trusted(): Map<string, { readonly valid_to: string }> {
    const { getCACertificates } = tls as { getCACertificates?: () => readonly string[] };
    const all = ca ?? getCACertificates?.() ?? tls.rootCertificates;
    const found = all.flatMap((pem) => pem.match(PEM) ?? []);
    return new Map(
      found.map((pem) => {
        const certificate = new X509Certificate(pem);
        return [identityOf(certificate), { valid_to: certificate.validTo }];
      }),
    );
  }

  return ({ raw }) => {
    if (raw === undefined) return undefined;
    anchors ??= trusted();
    return anchors.get(identityOf(new X509Certificate(raw)));
  };
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
