import type { MethodDefinition } from "@grpc/grpc-js";
import { service } from "grpc-health-check";
import { describe, expect, test } from "vitest";
import {
  decodeCheckRequest,
  decodeCheckResponse,
  decodeListResponse,
  encodeCheckRequest,
  encodeCheckResponse,
  encodeListResponse,
  HEALTH_SERVICE,
  SERVING_STATUSES,
  type ServingStatus,
} from "../../src/grpc/messages.ts";
import { MalformedMessageError } from "../../src/grpc/wire-format.ts";

/** The methods as the package of the gRPC project reads and writes them. */
const peer = service as Readonly<Record<string, MethodDefinition<object, object>>>;
const check = peer.Check as MethodDefinition<object, object>;
const list = peer.List as MethodDefinition<object, object>;

const NAMES = ["", "a", "ü", "shop.v1.Payments", "\u{feff}a", "x".repeat(200), "x".repeat(20_000)];

describe.each(NAMES)("a request about %j", (name) => {
  test("is written so that the gRPC project reads it", () => {
    const message = Buffer.from(encodeCheckRequest(name));
    expect(check.requestDeserialize(message)).toEqual({ service: name });
  });

  test("is read", () => {
    expect(decodeCheckRequest(check.requestSerialize({ service: name }))).toBe(name);
  });
});

test.each(SERVING_STATUSES)(
  "a response of %s is read and written as the gRPC project does",
  (status) => {
    expect(check.responseDeserialize(Buffer.from(encodeCheckResponse(status)))).toEqual({ status });
    expect(decodeCheckResponse(check.responseSerialize({ status }))).toBe(status);
  },
);

test.each([0, 1, 2, 50])(
  "a list of %i services is read and written as the gRPC project does",
  (count) => {
    const names = [
      "",
      ...NAMES.slice(1, 5),
      ...Array.from({ length: 50 }, (_, index) => `check-${index}`),
    ];
    const statuses = new Map<string, ServingStatus>(
      names
        .slice(0, count)
        .map((name, index) => [name, SERVING_STATUSES[index % 4] as ServingStatus]),
    );
    const entries = [...statuses].map(([name, status]) => [name, { status }] as const);
    const plain = { statuses: Object.fromEntries(entries) };
    expect(list.responseDeserialize(Buffer.from(encodeListResponse(statuses)))).toEqual(plain);
    expect(decodeListResponse(list.responseSerialize(plain))).toEqual(statuses);
  },
);

test.each<[number[], string]>([
  [[], "UNKNOWN"],
  [[0x08, 0], "UNKNOWN"],
  [[0x08, 9], "status 9"],
  // The last one counts, as of every field that is no list.
  [[0x08, 1, 0x08, 2], "NOT_SERVING"],
  // Fields that a later version may have: bytes, a number, 64 bits and 32 bits.
  [[0x12, 2, 8, 1, 0x08, 2], "NOT_SERVING"],
  [[0x10, 0xac, 0x02, 0x08, 1], "SERVING"],
  [[0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x08, 1], "SERVING"],
  [[0x15, 1, 2, 3, 4, 0x08, 1], "SERVING"],
  // A negative number takes all ten bytes.
  [[0x10, ...Array(9).fill(0xff), 0x01, 0x08, 1], "SERVING"],
])("the response %j is %s", (bytes, status) => {
  expect(decodeCheckResponse(Uint8Array.from(bytes))).toBe(status);
});

test.each<[string, number[]]>([
  ["a number is cut off", [0x08]],
  ["a number is too long", [0x08, ...Array(11).fill(0x80)]],
  ["a field is cut off", [0x0a, 2, 97]],
  ["a field is cut off", [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
  ["a field is cut off", [0x11, 1, 2, 3]],
  ["a field has the number 0", [0x00, 1]],
  ["a field has the wire type 3", [0x0b, 0x0c]],
  ["a field has the wire type 7", [0x0f]],
  ["the service is no text", [0x08, 1]],
  ["a text is not UTF-8", [0x0a, 2, 0xc3, 0x28]],
])("a request is refused when %s", (why, bytes) => {
  const decode = () => decodeCheckRequest(Uint8Array.from(bytes));
  expect(decode).toThrow(MalformedMessageError);
  expect(decode).toThrow(why);
});

test.each<[string, number[]]>([
  ["an entry is no message", [0x08, 1]],
  ["an entry has a number", [0x0a, 2, 0x08, 1]],
  ["the status is no number", [0x0a, 4, 0x12, 2, 0x0a, 0]],
])("a list is refused when %s", (why, bytes) => {
  expect(() => decodeListResponse(Uint8Array.from(bytes))).toThrow(why);
});

test("a request about the server as a whole is empty", () => {
  expect(encodeCheckRequest("")).toHaveLength(0);
});

test("the name of the service is that of the protocol", () => {
  expect(check.path).toBe(`/${HEALTH_SERVICE}/Check`);
});
