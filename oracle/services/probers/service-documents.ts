import { z } from "zod";
import { parseImageSize } from "../../domain/image-size.ts";
import { bytesSchema, signatureSchema } from "./answers.ts";

/** Of what a node says about its services (docs/wire.md), and what it seals for an attester. */
export const SERVICES_MAX_BYTES = 16_384;
export const CREDENTIALS_MAX_BYTES = 8_192;

const endpoint = z.url({ protocol: /^https?$/ }).max(512);
/** 1 to 256 printable ASCII characters without spaces, fit for a header. */
const token = z.string().regex(/^[\x21-\x7e]{1,256}$/);
const size = z.string().transform((text, { issues }) => {
  const parsed = parseImageSize(text);
  if (parsed === undefined) issues.push({ code: "custom", message: "no size of an image", input: text });
  return parsed ?? z.NEVER;
});

const entry = z.discriminatedUnion("service", [
  z.strictObject({
    service: z.literal("storage"),
    protocol: z.literal("s3"),
    endpoint,
    region: z.string().regex(/^[a-zA-Z0-9-]{1,64}$/),
  }),
  z.strictObject({ service: z.literal("network"), protocol: z.literal("http"), endpoint }),
  z.strictObject({
    service: z.literal("compute"),
    protocol: z.literal("openai-images"),
    endpoint,
    model: token,
    size,
  }),
]);

export const servicesAnswer = z.strictObject({ document: z.string(), signature: signatureSchema });
export const servicesDocument = z.strictObject({
  schema: z.literal("icn-services-1"),
  nodeId: z.int().positive(),
  services: z
    .array(entry)
    .refine((entries) => new Set(entries.map(({ service }) => service)).size === entries.length, {
      message: "a service has two entries",
    }),
});
export type ServiceEntry = z.output<typeof entry>;

export const credentialsAnswer = z.strictObject({ sealed: bytesSchema, signature: signatureSchema });
/** A service that is missing is one that the attester may not use. */
export const credentialsText = z.strictObject({
  storage: z
    .strictObject({
      bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
      accessKeyId: token,
      secretAccessKey: token,
    })
    .optional(),
  network: z.strictObject({ token }).optional(),
  compute: z.strictObject({ apiKey: token }).optional(),
});
export type Credentials = z.output<typeof credentialsText>;
