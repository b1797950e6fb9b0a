#!/usr/bin/env node
// Starts the binary of the package for this platform and ends as it ends.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";

const name = `@usertwin/cli-${process.platform}-${process.arch}`;
let binary = process.env.USERTWIN_BIN;
if (!binary) {
  try {
    binary = createRequire(import.meta.url).resolve(`${name}/bin/usertwin${process.platform === "win32" ? ".exe" : ""}`);
  } catch {
    console.error(
      `usertwin: the package ${name} with the binary for this platform is missing. Install again without --omit=optional ` +
        "or --no-optional; a lock file made on another platform leaves it out too: remove node_modules and the lock file.",
    );
    process.exit(1);
  }
}

const child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`usertwin: ${binary} cannot be started: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
