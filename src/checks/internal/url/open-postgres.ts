import { type PostgresClient, postgres } from "../../postgres.ts";
import type { Opener } from "./opener.ts";

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

export const opener: Opener = {
  schemes: ["postgres", "postgresql"],
  packages: ["pg"],
  async open({ href }, { driver, options }) {
    const { Pool } = (await driver<Pg>("pg")).default;
    const client = new Pool({ connectionString: href, max: 1 });
    // A connection that is lost while nobody uses it is seen by the next run.
    client.on("error", () => {});
    return { check: postgres({ ...options, client }), close: () => client.end() };
  },
};
