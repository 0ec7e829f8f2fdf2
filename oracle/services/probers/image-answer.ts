import { z } from "zod";
import { ProbeFault } from "../../ports/prober.ts";
import { parseJson } from "./answers.ts";

/** What an answer may hold besides the image. Parsing JSON of megabytes can take long enough to spoil other probes. */
const REST_MAX_BYTES = 8_192;
const KEY = '"b64_json"';
const QUOTE = 0x22;
/** Stands for the image while the rest is parsed. */
const PLACEHOLDER = "image";

const answerSchema = z.object({ data: z.tuple([z.object({ b64_json: z.literal(PLACEHOLDER) })]) });

/** The one image in the answer of an OpenAI-compatible server. Throws `ProbeFault` `wrong-content`. */
export function imageIn(body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const key = bytes.indexOf(KEY);
  const opening = key < 0 ? -1 : bytes.indexOf(QUOTE, key + KEY.length);
  const closing = opening < 0 ? -1 : bytes.indexOf(QUOTE, opening + 1);
  if (closing < 0) throw new ProbeFault("wrong-content", { context: { problem: "no b64_json" } });

  const restBytes = opening + bytes.length - closing;
  if (restBytes > REST_MAX_BYTES)
    throw new ProbeFault("wrong-content", { context: { problem: "too much besides the image", restBytes } });
  const rest = [bytes.subarray(0, opening + 1), Buffer.from(PLACEHOLDER), bytes.subarray(closing)];
  parseJson(Buffer.concat(rest), answerSchema);
  return Buffer.from(bytes.toString("latin1", opening + 1, closing), "base64");
}
