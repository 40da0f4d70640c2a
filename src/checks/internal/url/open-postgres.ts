import { type PostgresClient, postgres } from "../../postgres.ts";
import { bunIfAny } from "./bun.ts";
import { openWithFirst } from "./first-driver.ts";
import type { Opened, Opener } from "./opener.ts";

interface Pg {
  readonly default: {
    readonly Pool: new (
      options: object,
    ) => PostgresClient & {
      on(event: "error", listener: () => void): unknown;
      end(): Promise<void>;
    };
  };
}

interface Postgres {
  readonly default: (url: string, options: object) => EndedAtOnce;
}

type EndedAtOnce = PostgresClient & { end(options: { timeout: number }): Promise<void> };

export const opener: Opener = {
  schemes: ["postgres", "postgresql"],
  packages: ["pg", "postgres"],
  open({ href }, { driver, options }) {
    const throughSql = (client: EndedAtOnce): Opened => ({
      check: postgres({ ...options, client }),
      close: () => client.end({ timeout: 0 }),
    });
    const bun = bunIfAny<{ SQL: new (url: string, options: object) => EndedAtOnce }>();
    return openWithFirst(driver, {
      pg({ default: { Pool } }: Pg) {
        const client = new Pool({ connectionString: href, max: 1 });
        // A connection that is lost while nobody uses it is seen by the next run.
        client.on("error", () => {});
        return { check: postgres({ ...options, client }), close: () => client.end() };
      },
      postgres: ({ default: open }: Postgres) => throughSql(open(href, { max: 1, onnotice() {} })),
      ...(bun && { bun: () => throughSql(new bun.SQL(href, { max: 1 })) }),
    });
  },
};
