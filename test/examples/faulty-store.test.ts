import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { FaultyStore } from "../../examples/shop/faulty-store.ts";

test("a store that works keeps, returns, deletes and clears", async () => {
  const { cache } = await filledCache();
  expect(await cache.get("key")).toBe("value");
  await cache.delete("key");
  expect(await cache.get("key")).toBeUndefined();
  await cache.set("key", "value");
  await cache.clear();
  expect(await cache.get("key")).toBeUndefined();
});

test("hang leaves every call unanswered until the store is mended, and then fails it", async () => {
  const { cache, store } = await filledCache();
  await store.break("hang");
  const settled: string[] = [];
  const calls = [cache.get("key"), cache.set("key", "other"), cache.delete("key")].map((call) =>
    call.catch(({ message }) => settled.push(message)),
  );
  await new Promise(setImmediate);
  expect(settled).toEqual([]);
  await store.mend();
  await Promise.all(calls);
  expect(settled).toEqual(Array(3).fill("The cache was mended; ask again."));
});

test("refuse fails every call", async () => {
  const { cache, store } = await filledCache();
  await store.break("refuse");
  await expect(cache.get("key")).rejects.toThrow("The cache refuses.");
  await expect(cache.set("key", "other")).rejects.toThrow("The cache refuses.");
});

test("error returns another value than the one that was set", async () => {
  const { cache, store } = await filledCache();
  await store.break("error");
  expect(await cache.get("key")).toBe("nonsense");
});

test.each(["hang", "refuse", "error"] as const)(
  "after %s, a mended store has its values again",
  async (how) => {
    const { cache, store } = await filledCache();
    await store.break(how);
    await store.mend();
    expect(await cache.get("key")).toBe("value");
  },
);

test("breaking in another way fails what hangs", async () => {
  const { cache, store } = await filledCache();
  await store.break("hang");
  const call = expect(cache.get("key")).rejects.toThrow("The cache was mended; ask again.");
  await store.break("error");
  await call;
});

async function filledCache() {
  const store = new FaultyStore();
  const cache = new Keyv<string>({ store, throwOnErrors: true });
  await cache.set("key", "value");
  return { cache, store };
}
