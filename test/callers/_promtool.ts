import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../servers/_run.ts";
import { toolPath } from "../servers/_tools.ts";

/** What promtool has to say of a file with this text; it rejects when that is a fault. */
export async function promtool(args: readonly string[], text: string): Promise<string> {
  const program = toolPath("promtool");
  const folder = await mkdtemp(join(tmpdir(), "hale-promtool-"));
  try {
    const file = join(folder, "file.yml");
    await writeFile(file, text);
    return await run(program, [...args, file]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
