import { HaleError } from "./errors.ts";

/** The errors of the ways in, of the checks and of requests, which are no part of what `import "hale"` loads. */
const MESSAGES = {
  HALE_UNEXPECTED_REPLY: (expected: string, actual: unknown) =>
    `Expected ${expected}, got ${quote(actual)}.`,
  HALE_NOT_CONNECTED: (state: string) => `The client is not connected: its state is "${state}".`,
  HALE_MIGRATIONS_PENDING: (names: string) =>
    `Migrations are pending: ${names}. Apply them; the service waits for that.`,
  HALE_MIGRATIONS_UNKNOWN: (milliseconds: number) =>
    `Whether migrations are pending was not answered within ${milliseconds} ms. See whether the database answers.`,
  HALE_LOADING: () => "The server is loading its data, and serves nobody until it has.",
  HALE_BAD_URL: (expected: string) =>
    `The URL cannot be used: it must be ${expected}. It is not shown, because it may hold a password.`,
  HALE_DRIVER_MISSING: (scheme: string, packages: string) =>
    `To open a URL that begins with ${scheme}: hale needs a driver that is not installed: npm install ${packages}`,
  HALE_COMMAND_MISSING: (why: string) =>
    `The commands of @aws-sdk/client-s3 could not be imported: ${why}. Give s3() "command": new HeadBucketCommand({ Bucket }), as a service that is bundled must.`,
  HALE_LISTEN_FAILED: (host: string, port: number, why: string) =>
    `The health server could not listen on ${host} port ${port}: ${why}. Choose another port, or 0 for a free one.`,
  HALE_UNKNOWN_CHECK: (check: string, probe: string) =>
    `No check named "${check}" takes part in ${probe}. Ask for one that does, or leave "check" out.`,
  HALE_METHOD_NOT_ALLOWED: (allow: string) => `Health is only asked for. Use one of: ${allow}.`,
  HALE_UNKNOWN_FORMAT: (known: string) => `There is no such format. Use one of: ${known}.`,
  HALE_ALREADY_ATTACHED: () =>
    "This health is attached to this server already. Attach it once, or detach it first.",
  HALE_LATE_CHECK: (name: string) =>
    `The check "${name}" came after the health was made. Use HaleService.health from onModuleInit() on and not in a constructor, and decorate methods of providers that are made when the application starts.`,
  HALE_NOT_A_WORKER: () =>
    "reportToPrimary() is for a worker of node:cluster, and this process is none. Call it where cluster.isWorker is true.",
  HALE_NOT_THE_PRIMARY: () =>
    "clusterHealth() is for the primary of node:cluster, and this process is a worker. Call it where cluster.isPrimary is true; under pm2, whose primary is a daemon, give the health of each process to attach() or listen() on a port of its own.",
  HALE_NEVER_READY: () =>
    "The service drains, so it will not be ready. Let whoever waits for whenReady() end too.",
  HALE_NO_NODE_MODULE: (owner: string, module: string) =>
    `${owner} asks ${module}, which this runtime does not have. Leave the check out here.`,
  HALE_SHUTDOWN_TWICE: () =>
    "gracefulShutdown() was called already for this health. Call it once, with all servers and hooks, or dispose of the first one before.",
} as const;

/** The code of an error that is not one of the core. */
export type OuterErrorCode = keyof typeof MESSAGES;

/** Makes an error that is not one of the core. */
export function outerError<C extends OuterErrorCode>(
  code: C,
  ...details: Parameters<(typeof MESSAGES)[C]>
): HaleError<OuterErrorCode> {
  const write = MESSAGES[code] as (...values: Parameters<(typeof MESSAGES)[C]>) => string;
  return new HaleError<OuterErrorCode>(code, write(...details));
}

/** These codes, for the test that keeps docs/errors.md complete. */
export const OUTER_ERROR_CODES = Object.keys(MESSAGES) as readonly OuterErrorCode[];

function quote(value: unknown): string {
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
