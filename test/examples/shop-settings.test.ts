import { expect, test } from "vitest";
import { readSettings } from "../../examples/shop/settings.ts";

test("what is not set, or empty, has a default", () => {
  const defaults = { port: 8000, databaseUrl: undefined, redisUrl: undefined };
  expect(readSettings({})).toEqual(defaults);
  expect(readSettings({ PORT: "", DATABASE_URL: "", REDIS_URL: "" })).toEqual(defaults);
});

test("what is set is taken", () => {
  const databaseUrl = "postgresql://shop:secret@127.0.0.1/shop";
  const redisUrl = "redis://127.0.0.1:6379";
  const environment = { PORT: "0", DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  expect(readSettings(environment)).toEqual({ port: 0, databaseUrl, redisUrl });
});

test.each(["nope", "-1", "65536", "80.5", " 80"])("a PORT of %j is refused", (port) => {
  expect(() => readSettings({ PORT: port })).toThrow(
    `PORT must be a whole number from 0 to 65535, but is "${port}".`,
  );
});

test.each([
  ["DATABASE_URL", "mysql://shop:secret@127.0.0.1/shop", "postgres://"],
  ["DATABASE_URL", "secret", "postgres://"],
  ["REDIS_URL", "redis:///secret", "redis://"],
])("a %s that cannot be used is refused without quoting it", (name, url, beginning) => {
  expect(() => readSettings({ [name]: url })).toThrow(
    new Error(`${name} must be a URL that begins with ${beginning} and names a host.`),
  );
});
