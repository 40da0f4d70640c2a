import { type ClickhouseClient, clickhouse } from "../../clickhouse.ts";
import type { Opener } from "./opener.ts";

interface Driver {
  createClient(options: object): ClickhouseClient & { close(): Promise<void> };
}

/** The ports of ClickHouse's HTTP interface, without and with TLS. */
const PORTS: Readonly<Record<string, string>> = { clickhouse: "8123", clickhouses: "8443" };

export const opener: Opener = {
  schemes: ["clickhouse", "clickhouses"],
  packages: ["@clickhouse/client"],
  async open({ href, protocol, port }, { driver, options }) {
    const { createClient } = await driver<Driver>("@clickhouse/client");
    const url = new URL(href.replace(/^clickhouse/, "http"));
    if (port === "") url.port = PORTS[protocol.slice(0, -1)] ?? "";
    // What it would log comes as the reason of the check.
    const client = createClient({ url: url.href, max_open_connections: 1, log: { level: OFF } });
    return { check: clickhouse({ ...options, client }), close: () => client.close() };
  },
};

const OFF = 127;
