import { z } from "zod";
import { listenAt, logLevel, readConfig, secretText } from "../config.ts";

const schema = z.strictObject({
  schema: z.literal("icn-images-1"),
  listen: listenAt,
  /** Name by which requests ask for it. */
  model: secretText,
  /** Whoever sends one of them as bearer token is served. */
  apiKeys: z.array(secretText).min(1),
  /** Images that one key may ask for each second. */
  requestsPerSecond: z.int().min(1).max(100_000).default(10),
  logLevel,
});

export type ImagesConfig = z.output<typeof schema>;

export const readImagesConfig = (path: string): ImagesConfig =>
  readConfig(path, schema, "configuration of the image server");
