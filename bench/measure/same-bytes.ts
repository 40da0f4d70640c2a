import {
  type Asking,
  type Contestant,
  type Entry,
  type Setting,
  withContestants,
} from "./contestant.ts";
import type { Answer } from "./raw-answer.ts";

/** Returns the exact response of a server. */
export async function answerOf(entry: Entry, setting: Setting, asking: Asking): Promise<Answer> {
  const answers: Answer[] = [];
  await withContestants([[entry, setting]], async ([one]) => {
    if (one === undefined) return;
    // Parts that are loaded on demand are present from the second response on.
    await one.answer(asking, "keep-alive");
    answers.push(await one.answer(asking, "keep-alive"));
  });
  return answers[0] as Answer;
}

/** The comparison with a bare server is fair only where the same bytes are sent. */
export async function demandSameBytes(
  contestants: readonly Contestant[],
  asking: Asking,
): Promise<void> {
  for (const connection of ["keep-alive", "close"] as const) {
    const answers = await Promise.all(contestants.map((one) => one.answer(asking, connection)));
    for (const [index, { bytes }] of answers.entries()) {
      if (bytes === answers[0]?.bytes) continue;
      const { name } = contestants[index] as Contestant;
      throw new Error(`${name} answers differently:\n${bytes}\n\nnot:\n${answers[0]?.bytes}`);
    }
  }
}
