import { pool } from "../database.mjs";

export const dynamic = "force-dynamic";

export default async function Page() {
  const { rows } = await pool.query("select now()");
  return <p>{rows[0].now.toISOString()}</p>;
}
