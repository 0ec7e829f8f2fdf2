// The reference image server: `node scripts/node/reference/images/main.ts --config FILE`. OpenAI-compatible, procedural
// (no model); what it is for: docs/reference-node.md.
import { nowMs } from "../../../lib/time.ts";
import { listenOn } from "../listen.ts";
import { runWithConfig } from "../program.ts";
import { readImagesConfig } from "./config.ts";
import { createImageServer } from "./server.ts";

async function run(configFile: string): Promise<void> {
  const config = readImagesConfig(configFile);
  const server = createImageServer(config, { now: nowMs });
  const address = await listenOn(server, config.listen);
  server.log.info({ model: config.model, address }, "image server serves");
  const stop = () => {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    server.close().catch((error: unknown) => server.log.error({ err: error }, "did not stop cleanly"));
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
}

await runWithConfig("reference-images", "Draws images from prompts behind the interface of OpenAI.", run);
