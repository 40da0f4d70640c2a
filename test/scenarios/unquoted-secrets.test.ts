import { describe, expect, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth } from "../../src/health.ts";
import { listenHaproxyAgent } from "../../src/server/haproxy-agent.ts";
import { listen } from "../../src/server/listen.ts";
import { gracefulShutdown } from "../../src/shutdown/graceful-shutdown.ts";

const WORD = "hunter2";

/** What holds a credential as a URL, an address or a path does. */
const SECRETS = [`postgres://app:${WORD}@db`, `app:${WORD}@db`, `/x/:${WORD}@db`, `/${WORD}@*`];

/** A secret in each place of a value. */
const SHAPES: readonly ((secret: string) => unknown)[] = [
  (secret) => secret,
  (secret) => [secret],
  (secret) => ({ [secret]: 1 }),
  (secret) => ({ [secret]: () => {} }),
  (secret) => [{ [secret]: secret }],
  (secret) => new URL(`redis://${encodeURIComponent(secret)}:${WORD}@cache`),
];

const run = () => {};

/** The functions that take options, each with what stands beside those of the caller. */
const OWNERS: Readonly<Record<string, (options: object) => unknown>> = {
  createHealth: (options) => createHealth({ logger: false, ...options }).close(),
  defineCheck: (options) => defineCheck({ scope: "dependency", run, ...options } as never),
  listen: (options) => withHealth((health) => listen(health, { port: 0, ...options })),
  listenHaproxyAgent: (options) =>
    withHealth((health) => listenHaproxyAgent(health, { port: 0, ...options })),
  gracefulShutdown: (options) =>
    withHealth((health) =>
      gracefulShutdown({ health, signals: ["SIGUSR2"], ...options }).dispose(),
    ),
};

async function withHealth(act: (health: Health) => unknown): Promise<void> {
  const health = createHealth({ logger: false });
  try {
    const made = await act(health);
    await (made as { close?: () => unknown } | undefined)?.close?.();
  } finally {
    await health.close();
  }
}

/** What a function throws at these options, at once or later. */
async function errorOf(owner: (options: object) => unknown, options: object): Promise<unknown> {
  try {
    await owner(options);
    return undefined;
  } catch (error) {
    return error;
  }
}

type Place = (value: unknown) => object;

/** The places of all options: those that a function says it takes, and those that it takes below them. */
async function placesOf(owner: (options: object) => unknown, within: Place): Promise<Place[]> {
  const error = await errorOf(owner, within({ zzzz: run }));
  const names =
    /has no option "zzzz".*It takes: (.*)\.$/.exec(String(error))?.[1]?.split(", ") ?? [];
  const below = names.map((name) => placesOf(owner, (value) => within({ [name]: value })));
  return [within, ...(await Promise.all(below)).flat()];
}

describe.each(Object.entries(OWNERS))("no error of %s() quotes a credential", (_, owner) => {
  test("of a value or a name, in any option", async () => {
    const places = await placesOf(owner, (value) => value as object);
    expect(places.length).toBeGreaterThan(2);
    let errors = 0;
    const quoting: string[] = [];
    for (const [index, place] of places.entries()) {
      for (const shape of SHAPES) {
        for (const secret of SECRETS) {
          const error = await errorOf(owner, place(shape(secret)));
          if (error === undefined) continue;
          errors++;
          const text = `${error}, ${(error as Error).cause}`;
          if (text.includes(WORD)) quoting.push(`${index}: ${text}`);
        }
      }
    }
    expect(quoting).toEqual([]);
    expect(errors).toBeGreaterThan(places.length);
  });
});
