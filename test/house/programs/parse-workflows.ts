// Parses workflows by GitHub's own parser, and prints what is wrong with each as one line of JSON. A program of its own,
// since that package imports JSON as bundlers do: node --import tsx parse-workflows.ts <file>…
import { readFileSync } from "node:fs";
import {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser";

for (const name of process.argv.slice(2)) {
  const file = { name, content: readFileSync(name, "utf8") };
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  console.log(JSON.stringify(context.errors.getErrors().map(({ message }) => message)));
}
