import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import { CHECK_OPTION_RULES, type Rule, requireOption } from "../contract/options.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import { HOST, PORT, throughSocket } from "./internal/common/endpoint.ts";
import { DAY, expiryOf, outcomeOfExpiry } from "./internal/http/certificate-chain.ts";
import { trustAnchors } from "./internal/http/trust-anchors.ts";
import { builtin } from "./internal/process/builtin.ts";

/** The options of {@link certificate}. */
export interface CertificateOptions extends CheckOptions {
  /** The name or address of the host. */
  host: string;
  /** @default 443 */
  port?: number | undefined;
  /**
   * The name that is asked for (SNI), and that the certificate must be for.
   *
   * @default the host
   */
  servername?: string | undefined;
  /** Certificates in PEM that are trusted in place of the well-known ones, such as a self-signed one. */
  ca?: string | readonly string[] | undefined;
  /**
   * The days that must be left; with fewer it is degraded.
   *
   * @default 14
   */
  degradedBelow?: number | undefined;
  /**
   * The days that must be left; with fewer it is down.
   *
   * @default 3
   */
  downBelow?: number | undefined;
}

const DAYS: Rule = {
  expected: "a number of days from 0 to 3650",
  accepts: (value) => typeof value === "number" && value >= 0 && value <= 3650,
};

const isPem = (value: unknown) =>
  typeof value === "string" && value.includes("-----BEGIN CERTIFICATE-----");

const CA: Rule = {
  expected: "a certificate in PEM, or a list of one or more",
  secret: true,
  accepts: (value) =>
    Array.isArray(value) ? value.length > 0 && value.every(isPem) : isPem(value),
};

/** Milliseconds for which an answer is kept: certificates change slowly, and handshakes cost. */
const MAX_AGE = 60_000;

/**
 * Makes a TLS handshake, and asks how many days the certificate is still valid.
 *
 * The certificate of the chain that ends first counts, up to the first that is trusted: what a server sends
 * beyond it was not needed. One that is expired, is for another name, or
 * leads to no trusted authority is down. By default the answer is kept for a minute.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { certificate } from "hale/checks";
 *
 * const shop = certificate({ host: "shop.example", critical: false });
 * const health = createHealth({ checks: { "shop-certificate": shop } });
 * ```
 */
export function certificate(options: CertificateOptions): Check {
  const owner = "certificate()";
  const rules: Readonly<Record<string, Rule>> = {
    host: HOST,
    port: PORT,
    servername: HOST,
    ca: CA,
    degradedBelow: DAYS,
    downBelow: DAYS,
    ...CHECK_OPTION_RULES,
  };
  validateArgument(owner, options, rules, ["host"]);
  requireOption(owner, "host", options.host, HOST);
  const { host, port = 443, servername = host, ca, ...others } = options;
  const { degradedBelow = 14, downBelow = 3, maxAge = MAX_AGE, ...rest } = others;
  requireOption(owner, "downBelow", downBelow, {
    expected: `at most "degradedBelow", which is ${degradedBelow}`,
    accepts: () => downBelow <= degradedBelow,
  });
  const { connect } = builtin(owner, "node:tls");
  const { isIP } = builtin(owner, "node:net");
  const target = {
    host,
    port,
    // An address may not be asked for by SNI, and is compared with the certificate all the same.
    ...(isIP(servername) === 0 && { servername }),
    ...(ca !== undefined && { ca: [ca].flat() }),
    // Whatever the environment says, since this is the question.
    rejectUnauthorized: true,
  };
  const anchorOf = trustAnchors(owner, ca === undefined ? undefined : [ca].flat());
  return defineCheck({
    ...rest,
    maxAge,
    scope: "dependency",
    async run({ signal }) {
      const startedAt = performance.now();
      const expiry = await throughSocket(connect(target), "secureConnect", signal, (socket) =>
        expiryOf(socket.getPeerCertificate(true), anchorOf),
      );
      const responseTime = Math.round(performance.now() - startedAt);
      const { status, reason } = outcomeOfExpiry(expiry, { degradedBelow, downBelow }, Date.now());
      return {
        status,
        reason,
        observations: {
          daysLeft: { value: Math.floor((expiry - Date.now()) / DAY), unit: "days" },
          validUntil: { value: new Date(expiry).toISOString() },
          responseTime: { value: responseTime, unit: "ms" },
        },
      };
    },
  });
}
