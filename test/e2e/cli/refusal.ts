import { Interface } from "ethers";
import { KNOWN_ERRORS } from "../../../scripts/lib/decode/modules.ts";
import { sampleOf } from "../../scripts/support/error-codes.ts";
import { lyingRpc } from "../../scripts/support/lying-rpc.ts";
import type { World } from "./world.ts";

/** Has a chain refuse a command's first transaction with an error of a contract; the command must tell its code. */
export async function refuseWith(world: World, code: string): Promise<void> {
  const known = [...KNOWN_ERRORS.values()].find((one) => one.code === code);
  if (known === undefined) throw new Error(`no contract has an error ${code}`);
  const { fragment } = known;
  const values = fragment.inputs.map(({ type }) => sampleOf(type));
  const returnData = new Interface([fragment]).encodeErrorResult(fragment, values);
  const failed = { calls: [{ status: "0x0", returnData, gasUsed: "0x1" }] };
  const liar = await lyingRpc(world.rpcUrl, {
    eth_simulateV1: (answer) =>
      (answer as { calls: unknown[] }[]).map((block, place) => (place === 1 ? failed : block)),
  });
  const [as, to] = [await world.person("refused"), await world.person("somebody")];
  await world.fails(code, ["recipient", "set", to.address, "--yes", "--rpc", liar.url], { as });
  liar.stop();
}
