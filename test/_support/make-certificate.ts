import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolPath } from "../servers/_tools.ts";
import { makeFolder } from "./folder.ts";

/** A key, and a certificate for it. */
export interface Certified {
  readonly key: string;
  readonly cert: string;
}

/** An authority of the test's own. */
export interface Authority {
  /** Its own certificate, by which those that it gives are trusted. */
  readonly cert: string;
  /** A certificate for a name that is valid for so many days, -1 for one that has expired. */
  issue(name: string, days: number): Certified;
  /** What an older root sends along: its signature of this authority's key, and itself; both end after so many days. */
  crossSign(days: number): string;
}

/** Makes an authority with openssl, which is valid for a year. */
export async function makeAuthority(validDays = 365): Promise<Authority> {
  const openssl = toolPath("openssl");
  const folder = makeFolder();
  const run = (command: string) =>
    execFileSync(openssl, command.split(" "), { cwd: folder, stdio: "pipe" });
  const newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  run(`req -x509 ${newKey} -keyout ca.key -out ca.pem -days ${validDays} -subj /CN=authority`);
  let issued = 0;
  const crossSign = (days: number) => {
    writeFileSync(join(folder, "ca.ext"), "basicConstraints=critical,CA:TRUE");
    run(`req -x509 ${newKey} -keyout old.key -out old.pem -days ${days} -subj /CN=old`);
    run(`req -new -key ca.key -out ca.csr -subj /CN=authority`);
    run(
      `x509 -req -in ca.csr -CA old.pem -CAkey old.key -CAcreateserial -days ${days} -extfile ca.ext -out cross.pem`,
    );
    return read("cross.pem") + read("old.pem");
  };
  return {
    crossSign,
    cert: read("ca.pem"),
    issue(name, days) {
      const id = `leaf-${++issued}`;
      const kind = /^[\d.]+$/.test(name) ? "IP" : "DNS";
      writeFileSync(join(folder, `${id}.ext`), `subjectAltName=${kind}:${name}`);
      run(`req -new ${newKey} -keyout ${id}.key -out ${id}.csr -subj /CN=${name}`);
      run(
        `x509 -req -in ${id}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days ${days} -extfile ${id}.ext -out ${id}.pem`,
      );
      return { key: read(`${id}.key`), cert: read(`${id}.pem`) + read("ca.pem") };
    },
  };
}
