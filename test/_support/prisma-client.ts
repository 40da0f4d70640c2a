import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { PrismaPg } from "@prisma/adapter-pg";
import type { PrismaPromise } from "@prisma/client/runtime/client";

/** What the tests call of a generated `PrismaClient`, with the types that Prisma generates for it. */
export interface GeneratedClient {
  $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): PrismaPromise<T>;
  $executeRawUnsafe(query: string, ...values: unknown[]): PrismaPromise<number>;
  $extends(extension: object): GeneratedClient;
  $disconnect(): Promise<void>;
}

/** The class that `prisma generate` has written. */
export type GeneratedClass = new (options: { adapter: PrismaPg }) => GeneratedClient;

const SCHEMA = "test/checks/programs/prisma/schema.prisma";

/**
 * Generates a client from the schema in {@link SCHEMA}, in a folder that `remove` removes.
 *
 * The generator is WebAssembly alone, yet the command first asks the network for the engine of migrations
 * unless it is told that there is one.
 */
export async function generatePrismaClient(): Promise<{
  PrismaClient: GeneratedClass;
  folder: string;
  remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "hale-test-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const schema = join(folder, "schema.prisma");
  await copyFile(SCHEMA, schema);
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await symlink(resolve("test/node_modules"), join(folder, "node_modules"));
  await promisify(execFile)(
    process.execPath,
    ["test/node_modules/prisma/build/index.js", "generate", "--schema", schema],
    { env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath } },
  );
  const { href } = pathToFileURL(join(folder, "client", "client.ts"));
  const { PrismaClient } = await import(href);
  return { PrismaClient, folder, remove };
}
