// The reference image server: `node scripts/node/reference/images/main.ts --config FILE`. OpenAI-compatible, procedural
// (no model); what it is for: docs/reference-node.md.
import { Command } from "commander";
import { CliError } from "../../../lib/errors.ts";
import { listenOn } from "../listen.ts";
import { readImagesConfig } from "./config.ts";
import { createImageServer } from "./server.ts";

async function run(configFile: string): Promise<void> {
  const config = readImagesConfig(configFile);
  const server = createImageServer(config, { now: Date.now });
  const address = await listenOn(server, config.listen);
  server.log.info({ model: config.model, address }, "image server serves");
  const stop = () => {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    server.close().catch((error: unknown) => server.log.error({ err: error }, "did not stop cleanly"));
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
}

const program = new Command("reference-images")
  .description("Draws images from prompts behind the interface of OpenAI.")
  .requiredOption("--config <file>", "JSON configuration, see docs/reference-node.md")
  .action(({ config }: { config: string }) => run(config));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  process.stderr.write(`${error.message}\n${error.remedy}\n`);
  process.exitCode = error.exitCode;
}
