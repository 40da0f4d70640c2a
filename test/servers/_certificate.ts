import { chown, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CERTIFICATE } from "../_support/certificate.ts";
import type { User } from "./_run.ts";

/** Writes the certificate of the tests and its key into a server's folder, which that server alone can read. */
export async function keepCertificate(
  folder: string,
  user: User | undefined,
): Promise<{ readonly cert: string; readonly key: string }> {
  const paths = { cert: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  for (const part of ["cert", "key"] as const) {
    await writeFile(paths[part], CERTIFICATE[part], { mode: 0o600 });
    if (user) await chown(paths[part], user.uid, user.gid);
  }
  return paths;
}
