/** Schemes of other languages' libraries, and the scheme that hale knows the server by. */
const ALIASES: Readonly<Record<string, string>> = {
  psql: "postgres",
  pgsql: "postgres",
  postgis: "postgres",
  mysql2: "mysql",
  trilogy: "mysql",
  mysqlgis: "mysql",
  sqlite3: "sqlite",
  pyamqp: "amqp",
  "redis+tls": "rediss",
};

/** Databases whose scheme may name a driver too, as `postgresql+psycopg2:` does for SQLAlchemy. */
const WITH_DRIVER = /^(postgres|postgresql|mysql|mariadb|sqlite)\+[a-z0-9_]+$/;

/** Writes a URL of Django, SQLAlchemy, Rails, Celery or Laravel with the scheme that hale knows the server by. */
export function serviceUrl(url: string): string {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*)(:.*)$/is.exec(url) ?? [];
  const lower = scheme.toLowerCase();
  const [, database = lower] = WITH_DRIVER.exec(lower) ?? [];
  const known = Object.hasOwn(ALIASES, database) ? ALIASES[database] : database;
  return scheme === "" ? url : `${known}${rest}`;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** Whether a URL names this host by its loopback address, as a program beside has it. */
export function isOnThisHost(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);
}
