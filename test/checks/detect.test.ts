import { expect, onTestFinished, test } from "vitest";
import { detect } from "../../src/checks/detect.ts";
import { fromUrl } from "../../src/checks/from-url.ts";
import type { HaleError } from "../../src/contract/errors.ts";
import { startService } from "../_support/service.ts";
import { postgres } from "../servers/postgres.ts";
import { redis } from "../servers/redis.ts";

test("finds the databases that the usual variables name, and their checks work", async () => {
  const [database, cache] = [await postgres.start(), await redis.start({ requirepass: "s3cret" })];
  onTestFinished(() => database.stop());
  onTestFinished(() => cache.stop());
  const { checks, found, left } = detect({
    DATABASE_URL: database.url,
    REDIS_URL: cache.url,
    HOME: "/root",
    EMPTY_URL: "",
  });
  expect(found).toEqual([
    { variable: "DATABASE_URL", check: "database", scheme: "postgres" },
    { variable: "REDIS_URL", check: "redis", scheme: "redis" },
  ]);
  expect(left).toEqual([]);
  const service = await startService({ checks });
  await service.becomes("/health/deep", 200);
  expect((await service.probe("/health/deep")).body).toBe(
    '{"status":"healthy","checks":{"database":"ok","redis":"ok"}}',
  );
});

test("names a check by what its variable is called", () => {
  const { found } = detect({
    PAYMENTS_DATABASE_URL: "postgres://127.0.0.1/payments",
    SESSION_REDIS_URI: "redis://127.0.0.1:1",
    CACHE_DSN: "redis://127.0.0.1:2",
  });
  expect(found.map(({ check }) => check).sort()).toEqual([
    "cache",
    "payments-database",
    "session-redis",
  ]);
});

test("says of each address that it leaves why, and shows none", () => {
  const detection = detect({
    API_URL: "https://api.example/?key=s3cret",
    DATABASE_URL: "postgres://hale:s3cret@127.0.0.1/shop",
    DATABASE_URI: "postgres://hale:s3cret@127.0.0.1/other",
    PRIMARY_URL: "postgres://hale:s3cret@127.0.0.1/shop",
    GOPHER_URL: "gopher://hale:s3cret@127.0.0.1",
    PATH_URL: "/var/lib/s3cret",
    BROKEN_URL: "redis://hale:s3cret@[",
    _URL: "redis://127.0.0.1:1",
    LIVE_URL: "redis://127.0.0.1:3",
  });
  expect(detection.left).toEqual([
    {
      variable: "API_URL",
      code: "http-service",
      why: "What an HTTP service is to answer is not known. Make its check with http().",
    },
    { variable: "BROKEN_URL", code: "bad-url", why: expect.stringContaining("a port up to 65535") },
    { variable: "DATABASE_URL", code: "same-name", why: 'There is a check "database" already.' },
    {
      variable: "GOPHER_URL",
      code: "unknown-scheme",
      why: "There is no check for URLs of its scheme.",
    },
    { variable: "LIVE_URL", code: "bad-name", why: "Its name cannot name a check." },
    { variable: "PATH_URL", code: "no-url", why: "It is no URL." },
    { variable: "_URL", code: "bad-name", why: "Its name cannot name a check." },
  ]);
  expect(JSON.stringify(detection)).not.toContain("s3cret");
});

test("the same address in two variables is one check", () => {
  const url = "redis://127.0.0.1:6379";
  const { found, left } = detect({ REDIS_URL: url, CACHE_URL: url });
  expect(found).toEqual([{ variable: "CACHE_URL", check: "cache", scheme: "redis" }]);
  expect(left).toEqual([
    { variable: "REDIS_URL", code: "same-address", why: "It is the same as CACHE_URL." },
  ]);
});

test("finds brokers, and lists of them", () => {
  const { checks, found, left } = detect({
    AMQP_URL: "amqp://127.0.0.1:1",
    KAFKA_BROKERS: "127.0.0.1:1,127.0.0.1:2",
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1,[",
    MQTT_URL: "mqtts://127.0.0.1:1",
    NATS_URL: "nats://127.0.0.1:1,127.0.0.1:2",
  });
  expect(found.map(({ check, scheme }) => `${check} ${scheme}`)).toEqual([
    "amqp amqp",
    "kafka kafka",
    "mqtt mqtts",
    "nats nats",
  ]);
  expect(Object.keys(checks)).toEqual(["amqp", "kafka", "mqtt", "nats"]);
  expect(left).toEqual([
    {
      variable: "KAFKA_BOOTSTRAP_SERVERS",
      code: "bad-url",
      why: expect.stringContaining("a port up to 65535"),
    },
  ]);
});

test("finds nothing in an empty environment", () => {
  expect(detect({})).toEqual({ checks: {}, found: [], left: [] });
});

test("what is checked through a client alone is left, and its check named", () => {
  const { found, left } = detect({
    ETCD_ENDPOINTS: "http://10.0.0.7:2379,http://10.0.0.8:2379",
    ZOOKEEPER_CONNECT: "10.0.0.7:2181,10.0.0.8:2181/shop",
    MEMCACHED_SERVERS: "10.0.0.7:11211,10.0.0.8",
  });
  expect(found).toEqual([
    { variable: "MEMCACHED_SERVERS", check: "memcached", scheme: "memcached" },
  ]);
  expect(left.map(({ variable, code, why }) => `${variable}: ${code}: ${why}`)).toEqual([
    "ETCD_ENDPOINTS: needs-client: Its check takes the client that the service has: etcd().",
    "ZOOKEEPER_CONNECT: needs-client: Its check takes the client that the service has: zookeeper().",
  ]);
});

test("an address that lacks a part, or has too much, is left, and keeps no service from its start", () => {
  const { found, left } = detect({
    BASTION_URL: "tcp://10.0.0.7",
    DATABASE_URL: "postgres://hale:s3cret@a,b/shop",
    REDIS_URL: "redis://hale:%E0%A4%A@127.0.0.1",
  });
  expect(found).toEqual([]);
  expect(left).toEqual([
    {
      variable: "BASTION_URL",
      code: "bad-url",
      why: expect.stringContaining("with a host and a port"),
    },
    { variable: "DATABASE_URL", code: "bad-url", why: expect.stringContaining("a single host") },
    { variable: "REDIS_URL", code: "bad-url", why: expect.stringContaining("percent-encoded") },
  ]);
  expect(JSON.stringify(left)).not.toContain("s3cret");
});

test.each([
  "postgres://hale:s3cret@127.0.0.1:99999/shop",
  "redis://:s3cret#1@127.0.0.1",
  "redis://:s3cret/1@127.0.0.1",
])("an address that cannot be parsed is left for the reason that fromUrl() gives: %s", (url) => {
  const { left } = detect({ CACHE_URL: url });
  let refusal: unknown;
  try {
    fromUrl(url);
  } catch (error) {
    refusal = error;
  }
  expect(left).toEqual([
    { variable: "CACHE_URL", code: "bad-url", why: (refusal as HaleError).message },
  ]);
  expect(JSON.stringify(left)).not.toContain("s3cret");
});

test("the options are those of every check that it makes", () => {
  const { checks } = detect({ REDIS_URL: "redis://127.0.0.1:1" }, { critical: false });
  expect(checks.redis?.options).toEqual({ critical: false });
  for (const env of [{ REDIS_URL: "redis://127.0.0.1:1" }, {}]) {
    expect(() => detect(env, { nonsense: 1 } as never)).toThrow(
      expect.objectContaining({ code: "HALE_UNKNOWN_OPTION" }),
    );
  }
});

test.each([undefined, null, "DATABASE_URL", { PORT: 1 }, { DATABASE_URL: new URL("redis://a") }])(
  "what is no environment is refused: %j",
  (env) => {
    expect(() => detect(env as never)).toThrow(
      expect.objectContaining({ code: "HALE_BAD_OPTION" }),
    );
  },
);
