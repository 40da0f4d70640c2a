import pg from "pg";

globalThis.pool ??= new pg.Pool({ connectionString: process.env.DATABASE_URL });

/** One pool for the pages, which Next.js bundles, and for start.mjs, which it does not. */
export const pool = globalThis.pool;
if (pool.listenerCount("error") === 0) pool.on("error", (error) => console.error(error.message));
