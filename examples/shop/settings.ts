/** The settings of the shop, from environment variables. */
export interface Settings {
  readonly port: number;
  /** A PostgreSQL server to use instead of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** A Redis server to use instead of a cache in memory. */
  readonly redisUrl: string | undefined;
}

/** Reads the settings; what is empty counts as not set. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  return {
    port: readPort(environment.PORT || "8000"),
    databaseUrl: readUrl("DATABASE_URL", environment.DATABASE_URL, ["postgres:", "postgresql:"]),
    redisUrl: readUrl("REDIS_URL", environment.REDIS_URL, ["redis:"]),
  };
}

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new Error(`PORT must be a whole number from 0 to 65535, but is "${text}".`);
  }
  return Number(text);
}

/** A URL may hold a password, so that none is quoted. */
function readUrl(
  name: string,
  text: string | undefined,
  protocols: readonly string[],
): string | undefined {
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === "" || !protocols.includes(url.protocol)) {
    throw new Error(`${name} must be a URL that begins with ${protocols[0]}// and names a host.`);
  }
  return text;
}
