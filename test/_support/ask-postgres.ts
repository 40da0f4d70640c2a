import pg from "pg";

/** Asks PostgreSQL itself, over a connection that no check uses. */
export async function askPostgres<T extends pg.QueryResultRow>(
  sql: string,
  { url }: { readonly url: string },
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, application_name: "test" });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}
