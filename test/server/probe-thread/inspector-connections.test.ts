import { expect, test, vi } from "vitest";
import {
  InspectorConnections,
  isInspectorAttached,
} from "../../../src/server/probe-thread/inspector-connections.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const LISTENS = "   0: 0100007F:240D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0";
const CONNECTED =
  "   1: 0100007F:240D 0100007F:A8E8 01 00000000:00000000 00:00000000 00000000     0";
const CLIENT = "   2: 0100007F:A8E8 0100007F:240D 01 00000000:00000000 00:00000000 00000000     0";
const CLOSING = "   3: 0100007F:240D 0100007F:A8E9 06 00000000:00000000 00:00000000 00000000     0";
const OVER_IPV6 =
  "   0: 00000000000000000000000001000000:240D 00000000000000000000000001000000:A8E8 01 00000000";

const table = (...lines: string[]) => [HEAD, ...lines, ""].join("\n");

const attached = (tcp: string | undefined, tcp6: string | undefined) =>
  isInspectorAttached(9229, (file) => {
    const found = file.endsWith("6") ? tcp6 : tcp;
    if (found === undefined) throw new Error("There is none.");
    return found;
  });

test("it listens, and nobody is connected", () => {
  expect(attached(table(LISTENS, CLIENT, CLOSING), table())).toBe(false);
});

test("a client is connected, over IPv4 or over IPv6", () => {
  expect(attached(table(LISTENS, CLIENT, CONNECTED), table())).toBe(true);
  expect(attached(table(LISTENS), table(OVER_IPV6))).toBe(true);
});

test("where one of the tables is missing, the other one counts", () => {
  expect(attached(table(CONNECTED), undefined)).toBe(true);
  expect(attached(table(LISTENS), undefined)).toBe(false);
});

test("where there is no table, it cannot be known", () => {
  expect(attached(undefined, undefined)).toBeUndefined();
});

test("the tables are read once a second", () => {
  let now = 0;
  const look = vi.fn((port: number) => port === 1 && now < 1000);
  const connections = new InspectorConnections(() => now, look);
  expect(connections.isAttached(1)).toBe(true);
  now = 999;
  expect(connections.isAttached(1)).toBe(true);
  expect(look).toHaveBeenCalledTimes(1);
  now = 1000;
  expect(connections.isAttached(1)).toBe(false);
});
