// The process that holds the devnet's fault proxies: node scripts/devnet/proxies.ts FILE
import { readFileSync } from "node:fs";
import { z } from "zod";
import { faultProxy, listen } from "./fault-proxy.ts";
import { faultsOf, LABELS, SIDES } from "./faults.ts";

const port = z.int().min(1).max(65_535);

/** What stands in front of which ports. */
export const proxiesSchema = z.strictObject({
  epochZero: z.int(),
  epochLength: z.int(),
  storageTargetMs: z.int(),
  networkTargetMs: z.int(),
  proxies: z.array(z.strictObject({ label: z.enum(LABELS), side: z.enum(SIDES), port, targetPort: port })),
});
export type ProxiesFile = z.output<typeof proxiesSchema>;

async function main(file: string | undefined): Promise<void> {
  if (file === undefined) throw new Error("name the file with the proxies");
  const { proxies, ...setting } = proxiesSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  for (const { label, side, port: own, targetPort } of proxies) {
    const fault = faultsOf(label, setting)[side];
    await listen(faultProxy({ host: "127.0.0.1", port: targetPort }, fault), own);
  }
}

if (import.meta.main) await main(process.argv[2]);
