import { createServer, type TlsOptions } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { type CertificateOptions, certificate } from "../../src/checks/certificate.ts";
import { fromUrl } from "../../src/checks/from-url.ts";
import {
  DAY,
  expiryOf,
  outcomeOfExpiry,
} from "../../src/checks/internal/http/certificate-chain.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { makeAuthority } from "../_support/make-certificate.ts";
import { runCheck } from "../_support/run-check.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import { upstream } from "../servers/upstream.ts";

const host = "127.0.0.1";

/** Starts a TLS server that ends with the test. */
async function startTls(options: TlsOptions = CERTIFICATE) {
  const names: string[] = [];
  const SNICallback: TlsOptions["SNICallback"] = (name, done) => {
    names.push(name);
    done(null);
  };
  const server = createServer({ ...options, SNICallback }, (socket) => {
    socket.on("error", () => {});
    socket.resume();
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return { port: (server.address() as { port: number }).port, names };
}

const outcomeOf = async (
  served: TlsOptions,
  options: Omit<CertificateOptions, "host" | "port"> = {},
) => runCheck(certificate({ host, port: (await startTls(served)).port, ...options }), 10_000);

const ca = CERTIFICATE.cert;

checkContract("certificate", {
  up: async () => certificate({ host, port: (await startTls()).port, ca }),
  down: async () => certificate({ host, port: await closedPort(), ca }),
  hanging: async () => certificate({ host, port: await startTcp((socket) => socket.resume()), ca }),
});

test("an older root that has signed the key of a trusted one, and ends tomorrow, counts nothing", async () => {
  const authority = await makeAuthority();
  const { key, cert } = authority.issue(host, 90);
  const [leaf = ""] = cert.split(/(?<=-----END CERTIFICATE-----\n)/);
  const sent = { key, cert: leaf + authority.crossSign(1) };
  const outcome = await outcomeOf(sent, { ca: authority.cert });
  expect(outcome).toMatchObject({ status: "up" });
  const { daysLeft } = outcome.observations ?? {};
  expect(Number(daysLeft?.value)).toBeGreaterThanOrEqual(89);
});

test("a trusted root that ends before the certificate counts", async () => {
  const authority = await makeAuthority(2);
  const outcome = await outcomeOf(authority.issue(host, 90), { ca: authority.cert });
  expect(outcome).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/ [12] more days/),
  });
});

test("one that is valid for long enough is up, and the days are observed", async () => {
  const authority = await makeAuthority();
  const outcome = await outcomeOf(authority.issue(host, 30), { ca: authority.cert });
  expect(outcome).toMatchObject({
    status: "up",
    observations: {
      daysLeft: { value: expect.toSatisfy((days) => days === 29 || days === 30), unit: "days" },
      validUntil: { value: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
      responseTime: { value: expect.any(Number), unit: "ms" },
    },
  });
});

test.each([
  [
    10,
    {},
    "degraded",
    /^The certificate is valid for (?:9|10) more days; below 14 it is degraded\.$/,
  ],
  [2, {}, "down", /^The certificate is valid for [12] more days; below 3 it is down\.$/],
  [10, { degradedBelow: 5 }, "up", undefined],
  [2, { degradedBelow: 1, downBelow: 0 }, "up", undefined],
  [30, { degradedBelow: 60, downBelow: 45 }, "down", /below 45 it is down/],
])("one that is valid for %i days is, with %j, %s", async (days, options, status, reason) => {
  const authority = await makeAuthority();
  const outcome = await outcomeOf(authority.issue(host, days), { ca: authority.cert, ...options });
  expect(outcome.status).toBe(status);
  if (reason === undefined) expect(outcome.reason).toBeUndefined();
  else expect(outcome.reason).toMatch(reason);
});

test("an authority that ends before what it has issued counts", async () => {
  const authority = await makeAuthority(7);
  expect(await outcomeOf(authority.issue(host, 90), { ca: authority.cert })).toMatchObject({
    status: "degraded",
    reason: expect.stringMatching(/valid for [67] more days/),
  });
});

test("one that has expired is down", async () => {
  const authority = await makeAuthority();
  expect(await outcomeOf(authority.issue(host, -1), { ca: authority.cert })).toMatchObject({
    status: "down",
    reason: expect.stringContaining("CERT_HAS_EXPIRED"),
  });
});

test("one for another name is down, and the reason names it", async () => {
  const authority = await makeAuthority();
  expect(await outcomeOf(authority.issue("other.test", 90), { ca: authority.cert })).toMatchObject({
    status: "down",
    reason: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID"),
  });
});

test("one that leads to nobody who is trusted is down", async () => {
  const authority = await makeAuthority();
  expect(await outcomeOf(authority.issue(host, 90))).toMatchObject({
    status: "down",
    reason: expect.stringContaining("SELF_SIGNED_CERT_IN_CHAIN"),
  });
});

test("one that is signed by itself is down, and up where it is the ca", async () => {
  expect(await outcomeOf(CERTIFICATE)).toMatchObject({
    status: "down",
    reason: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
  });
  expect(await outcomeOf(CERTIFICATE, { ca: [ca] })).toMatchObject({ status: "up" });
});

test("the servername is asked for by SNI, and is what the certificate must be for", async () => {
  const authority = await makeAuthority();
  const { port, names } = await startTls(authority.issue("shop.test", 90));
  const options = { host, port, ca: authority.cert };
  const right = certificate({ ...options, servername: "shop.test" });
  expect(await runCheck(right, 10_000)).toMatchObject({ status: "up" });
  expect(await runCheck(certificate(options), 10_000)).toMatchObject({ status: "down" });
  expect(names).toEqual(["shop.test"]);
});

test("a server that speaks no TLS is down", async () => {
  const port = await startTcp((socket) => socket.resume().write("220 mail.test\r\n"));
  expect(await runCheck(certificate({ host, port, ca }), 10_000)).toMatchObject({
    status: "down",
    reason: expect.stringMatching(/\S/),
  });
});

test("a run that is aborted closes its connection", async () => {
  let closed = () => {};
  const end = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const port = await startTcp((socket) => socket.resume().on("close", closed));
  const outcome = await runCheck(certificate({ host, port, ca }), 200);
  expect(outcome).toMatchObject({ status: "down", writtenOff: false });
  await end;
});

describe("the days that are left", () => {
  const limits = { degradedBelow: 14, downBelow: 3 };

  test.each([
    [14, "up"],
    [13.999, "degraded"],
    [3, "degraded"],
    [2.999, "down"],
    [-1, "down"],
  ])("%d: %s", (days, status) => {
    expect(outcomeOfExpiry(1e12 + days * DAY, limits, 1e12).status).toBe(status);
  });

  test("are those of the certificate that ends first, and a circle of issuers ends", () => {
    const root = { valid_to: "Jan  1 00:00:00 2031 GMT", issuerCertificate: undefined as never };
    root.issuerCertificate = root as never;
    const middle = { valid_to: "Jan  1 00:00:00 2029 GMT", issuerCertificate: root };
    const leaf = { valid_to: "Jan  1 00:00:00 2030 GMT", issuerCertificate: middle };
    expect(new Date(expiryOf(leaf, () => undefined)).toISOString()).toBe(
      "2029-01-01T00:00:00.000Z",
    );
  });
});

test("an answer is kept for a minute, unless another maxAge is given", () => {
  expect(certificate({ host }).options.maxAge).toBe(60_000);
  expect(certificate({ host, maxAge: 500 }).options.maxAge).toBe(500);
});

test.each<object>([
  {},
  { host: "" },
  { host, port: 70_000 },
  { host, ca: "none" },
  { host, ca: [] },
  { host, degradedBelow: -1 },
  { host, degradedBelow: 2, downBelow: 3 },
  { host, downBelow: 20 },
])("%j is refused at once", (options) => {
  expect(haleErrorOf(() => certificate(options as never)).code).toBe("HALE_BAD_OPTION");
});

test("a URL of tls is asked with the authorities of the system", async () => {
  const { port } = await startTls();
  expect(await runCheck(fromUrl(`tls://127.0.0.1:${port}`), 10_000)).toMatchObject({
    status: "down",
    reason: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
  });
});

faultContract("certificate", "node:tls", {
  start: () => upstream.start({ speaks: "tls" }),
  open: (url) => certificate({ host, port: Number(new URL(url).port), ca, maxAge: 0 }),
  wrongCredentials: { none: "a handshake has no credentials" },
});
