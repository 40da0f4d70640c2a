import type { RunningServer } from "../servers/_running-server.ts";

/** The status with which a load balancer answers a visitor. */
export async function statusFor({ url }: RunningServer): Promise<string> {
  return String((await fetch(url)).status);
}
