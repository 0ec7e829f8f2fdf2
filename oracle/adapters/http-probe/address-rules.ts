import ipaddr from "ipaddr.js";
import { OracleError } from "../../domain/errors.ts";

export interface AddressRulesOptions {
  readonly chainId: number;
  /** CIDR blocks that are allowed although they are not global unicast; a devnet on loopback needs them. */
  readonly allow: readonly string[];
}

/** The only chain on which private addresses may be allowed. */
const DEVNET_CHAIN_ID = 31_337;

/** Global by their prefix, but answered by the attester's own cloud provider (metadata and host agents). */
const LOCAL_SERVICES = ["168.63.129.16/32"].map((cidr) => ipaddr.parseCIDR(cidr));
const IPV6_GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");

export type AddressRules = (address: string) => boolean;

/**
 * Decides to which addresses a probe may connect: global unicast only, so that no node can point an attester at its own
 * network. Mapped addresses are judged as what they map to; NAT64, 6to4, Teredo, CGNAT, link-local and the like are refused.
 */
export function createAddressRules({ chainId, allow }: AddressRulesOptions): AddressRules {
  if (allow.length > 0 && chainId !== DEVNET_CHAIN_ID) {
    throw new OracleError(
      "address-allow-list-refused",
      `Probing private addresses is allowed on chain id ${DEVNET_CHAIN_ID} only, but this is chain ${chainId}: remove the allow list.`,
      { context: { chainId, allow } },
    );
  }
  const allowed = allow.map(parseBlock);
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return allowed.some((block) => contains(block, address)) || isGlobal(address);
  };
}

type Address = ReturnType<typeof ipaddr.process>;
type Block = ReturnType<typeof ipaddr.parseCIDR>;

function parseBlock(cidr: string): Block {
  try {
    return ipaddr.parseCIDR(cidr);
  } catch (cause) {
    throw new OracleError("address-allow-list-invalid", `"${cidr}" is no CIDR block, such as 127.0.0.0/8.`, {
      context: { cidr },
      cause,
    });
  }
}

function isGlobal(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  if (LOCAL_SERVICES.some((block) => contains(block, address))) return false;
  return address.kind() === "ipv4" || contains(IPV6_GLOBAL_UNICAST, address);
}

function contains(block: Block, address: Address): boolean {
  return block[0].kind() === address.kind() && address.match(block);
}

/** The network whose hosts share a rate: the /24 of an IPv4 address, the /48 of an IPv6 address. */
export function networkOf(text: string): string {
  const address = ipaddr.process(text);
  const bytes = address.toByteArray().slice(0, address.kind() === "ipv4" ? 3 : 6);
  return `${address.kind()}:${bytes.join(".")}`;
}
