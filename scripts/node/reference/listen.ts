import type { FastifyInstance } from "fastify";
import { CliError } from "../../lib/errors.ts";
import type { NodeConfig } from "./config.ts";

/** Starts to listen; returns the address. Throws a CliError. */
export async function listenOn(server: FastifyInstance, at: NodeConfig["listen"]): Promise<string> {
  try {
    return await server.listen(at);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(
      `the server cannot listen on ${at.host}:${at.port} (${reason})`,
      "free the port, or change listen",
      { cause },
    );
  }
}
