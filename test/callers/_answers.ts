import { expect } from "vitest";

/** Enough for each of two replicas to get some. */
const REQUESTS = 6;

/** Which of two replicas, `both` or one by its name, answers requests, of which none may fail. */
export async function whoAnswers(url: string, headers: HeadersInit = {}): Promise<string> {
  const names = new Set<string>();
  for (let request = 0; request < REQUESTS; request++) {
    const response = await fetch(url, { headers });
    expect(response.status).toBe(200);
    names.add(await response.text());
  }
  return names.size > 1 ? "both" : [...names].join();
}
