import { isWhole, replyOf } from "../raw-reply.ts";
import { addressesOf } from "./addresses.ts";
import { Baseline, type EndpointRule } from "./endpoint.ts";
import { statusOverHttp2 } from "./http2-status.ts";

/** The request that Java and curl send to offer HTTP/2 without TLS. */
const UPGRADE = {
  connection: "Upgrade, HTTP2-Settings",
  upgrade: "h2c",
  "http2-settings": "AAMAAABkAAQAoAAAAAIAAAAA",
};

/** The beginning of a connection of HTTP/2: its preface and empty settings. */
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/** Rules about connections: how long they last, which protocols they carry, and by which address they come. */
export const CONNECTION_RULES: readonly EndpointRule[] = [
  {
    id: "endpoint-keep-alive",
    state: "up",
    inBackground: true,
    name: "SHOULD keep an idle connection open for longer than the balancer does",
    why: "A balancer that sends a request just when the service closes the connection answers 502.",
    source: "AWS, connection idle timeout; GCP, backend keepalive; RFC 9112, section 9.3",
    async verify({ client, idleTimeout, within }, compare, { observe }) {
      const head = `Host: ${client.url.host}\r\nConnection: keep-alive\r\n\r\n`;
      // Most servers close idle connections after 5 s or less, and those that say when need no wait.
      const wait = Math.min(idleTimeout, within);
      const { received, end, quiet, error } = await client.converse(
        `GET ${client.path} HTTP/1.1\r\n${head}`,
        (all) => isWhole(all, false) && statedSeconds(all) !== undefined,
        wait,
      );
      const headers = replyOf(received, true)?.headers;
      if (headers === undefined) throw new Error(`No response came: ${error ?? "it was closed"}.`);
      const stated = statedSeconds(received);
      const expected = `more than ${idleTimeout / 1000} s`;
      if (stated !== undefined) {
        observe(`Keep-Alive: timeout=${stated}`);
        const kept = stated * 1000 > idleTimeout ? expected : `${stated} s`;
        compare("The time for which an idle connection is kept", kept, expected);
      } else if (/\bclose\b/i.test(headers.connection ?? "") || !isWhole(received, false)) {
        observe("each response ends its connection");
      } else if (end === "closed") {
        const kept = `${(quiet / 1000).toFixed(1)} s`;
        compare("The time for which an idle connection is kept", kept, expected);
      } else {
        observe(`still open after ${(wait / 1000).toFixed(1)} s`);
      }
    },
  },
  {
    id: "endpoint-h2c",
    state: "up",
    name: "SHOULD answer a request that offers HTTP/2, and not hang on a connection that begins with it",
    why: "Java and curl offer HTTP/2 with their first request, and a service that has WebSockets may end such a request.",
    source: "RFC 9110, section 7.8; RFC 9113, section 3.3",
    async verify({ client }, compare, { observe, fail, skip }) {
      if (client.url.protocol === "https:") skip("HTTP/2 over TLS is negotiated by ALPN.");
      const baseline = await Baseline.of(client);
      const send = () => client.request("GET", { headers: UPGRADE });
      const offered = await baseline.answerTo(send);
      // 101 is the other answer that is allowed: the response follows as HTTP/2.
      if (!offered.startsWith("101 ")) {
        compare("The answer to an offer of HTTP/2", offered, baseline.answer);
      }
      const { received, end } = await client.converse(PREFACE, (all) => all.length >= 9);
      const speaks = received.charCodeAt(3) === 4 && !received.startsWith("HTTP/");
      observe(speaks ? "speaks HTTP/2 without TLS" : "speaks HTTP/1 alone without TLS");
      if (end === "late") fail("A connection that begins with HTTP/2 hangs.");
    },
  },
  {
    id: "endpoint-alpn",
    state: "up",
    name: "MUST answer over TLS with ALPN for HTTP/2, for HTTP/1.1, and without ALPN",
    why: "The kubelet offers both protocols, HAProxy none, and each has to receive a response.",
    source: "RFC 7301, section 3.2; RFC 9113, section 3.2",
    async verify({ client, within }, compare, { observe, skip }) {
      if (client.url.protocol !== "https:") skip("The endpoint has no TLS.");
      const plain = await client.connectingBy({}).request("GET");
      const http1 = await client.connectingBy({ alpn: ["http/1.1"] }).request("GET");
      compare("The status with ALPN http/1.1", http1.status, plain.status);
      const http2 = await statusOverHttp2(client.url, within);
      observe(http2 === undefined ? "speaks HTTP/1 alone" : "speaks HTTP/2");
      if (http2 !== undefined) compare("The status over HTTP/2", http2, plain.status);
    },
  },
  {
    id: "endpoint-addresses",
    state: "up",
    name: "SHOULD give the same answer at each address of its name, IPv4 and IPv6",
    why: "Probers differ in the address that they take first, and localhost is ::1 for many.",
    source: "RFC 8305, section 4; RFC 6761, section 6.3",
    async verify({ client }, compare, { observe, skip }) {
      const addresses = await addressesOf(client.url);
      if (addresses === undefined) {
        return skip(
          "The URL has an address. Give a name, such as localhost, to have each verified.",
        );
      }
      const baseline = await Baseline.of(client);
      observe(addresses.join(", "));
      for (const address of addresses) {
        const there = client.connectingBy({ address });
        const answer = await baseline
          .answerTo(() => there.request("GET"))
          .catch((failure: Error) => failure.message);
        compare(`The answer at ${address}`, answer, baseline.answer);
      }
    },
  },
];

/** Seconds for which the server says that it keeps an idle connection. */
function statedSeconds(received: string): number | undefined {
  const header = replyOf(received, true)?.headers["keep-alive"];
  const seconds = /\btimeout=(\d+)/i.exec(header ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
