import { type AbiWord, encodeWords } from "./abi.ts";
import { fromHex, keccak256Hex, keccak256Text } from "./hashing.ts";
import type {
  Commitment,
  CredentialsRequest,
  Holdings,
  ProbeChallenge,
  Proposal,
  SealedCredentials,
  ServicesDocument,
  SigningDomain,
} from "./statements.ts";
import type { EpochReport, Hex, ObservationRoot } from "./types.ts";

const OBSERVATION_ROOT = "ObservationRoot(uint32 attesterId,bytes32 root)";

/** The EIP-712 types that are signed, as in docs/wire.md. */
export const TYPES = {
  EpochReport:
    "EpochReport(uint64 epoch,uint32 generation,uint32 viewNumber,uint32 committeeId,bytes32 rulesHash," +
    "bytes32 observationsHash,bytes32 previousLedgerRoot,bytes32 ledgerRoot,uint64 nodeCount,uint32 paidMask)",
  Commitment: "Commitment(uint64 epoch,uint32 attesterId,bytes32 observationRoot)",
  Holdings: `Holdings(uint64 epoch,uint32 generation,uint32 attesterId,ObservationRoot[] roots)${OBSERVATION_ROOT}`,
  Proposal:
    "Proposal(uint64 epoch,uint32 generation,uint32 viewNumber,uint32 attesterId,bytes32 holdingsHash,bytes32 digest)",
  ProbeChallenge: "ProbeChallenge(uint64 nodeId,uint32 attesterId,uint64 epoch,uint16 bucket,bytes32 nonce)",
  ServicesDocument: "ServicesDocument(uint64 nodeId,string document)",
  CredentialsRequest: "CredentialsRequest(uint64 nodeId,uint32 attesterId,uint64 issuedAtMs,bytes32 nonce)",
  SealedCredentials: "SealedCredentials(uint64 nodeId,uint32 attesterId,bytes32 nonce,bytes sealed)",
} as const;

const TYPE_HASHES = Object.fromEntries(
  Object.entries(TYPES).map(([name, type]) => [name, keccak256Text(type)]),
) as Record<keyof typeof TYPES, Hex>;
const OBSERVATION_ROOT_TYPE_HASH = keccak256Text(OBSERVATION_ROOT);
const DOMAIN_TYPE_HASH = keccak256Text(
  "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
);
const NAME_HASH = keccak256Text("ICN");
const VERSION_HASH = keccak256Text("1");

export function domainSeparator({ chainId, verifyingContract }: SigningDomain): Hex {
  return hashWords(DOMAIN_TYPE_HASH, NAME_HASH, VERSION_HASH, chainId, verifyingContract);
}

/** What is signed: keccak256(0x1901 ‖ domain separator ‖ struct hash). */
export function typedDataDigest(domain: SigningDomain, structHash: Hex): Hex {
  const separator = domainSeparator(domain);
  return keccak256Hex(fromHex(`0x1901${separator.slice(2)}${structHash.slice(2)}`));
}

export function reportDigest(domain: SigningDomain, report: EpochReport): Hex {
  return typedDataDigest(domain, reportStructHash(report));
}

export function reportStructHash(report: EpochReport): Hex {
  return hashWords(
    TYPE_HASHES.EpochReport,
    report.epoch,
    report.generation,
    report.viewNumber,
    report.committeeId,
    report.rulesHash,
    report.observationsHash,
    report.previousLedgerRoot,
    report.ledgerRoot,
    report.nodeCount,
    report.paidMask,
  );
}

export function commitmentDigest(domain: SigningDomain, commitment: Commitment): Hex {
  const { epoch, attesterId, observationRoot } = commitment;
  return typedDataDigest(domain, hashWords(TYPE_HASHES.Commitment, epoch, attesterId, observationRoot));
}

export function holdingsDigest(domain: SigningDomain, holdings: Holdings): Hex {
  return typedDataDigest(domain, holdingsStructHash(holdings));
}

export function holdingsStructHash({ epoch, generation, attesterId, roots }: Holdings): Hex {
  const rootHashes = roots.map((entry) =>
    hashWords(OBSERVATION_ROOT_TYPE_HASH, entry.attesterId, entry.root),
  );
  return hashWords(TYPE_HASHES.Holdings, epoch, generation, attesterId, hashWords(...rootHashes));
}

/** keccak256 of the struct hashes of the named Holdings, ascending by attester. */
export function holdingsHash(named: readonly Holdings[]): Hex {
  const ascending = [...named].sort((a, b) => a.attesterId - b.attesterId);
  return hashWords(...ascending.map(holdingsStructHash));
}

export function proposalDigest(domain: SigningDomain, proposal: Proposal): Hex {
  const { epoch, generation, viewNumber, attesterId } = proposal;
  return typedDataDigest(
    domain,
    hashWords(
      TYPE_HASHES.Proposal,
      epoch,
      generation,
      viewNumber,
      attesterId,
      proposal.holdingsHash,
      proposal.digest,
    ),
  );
}

export function challengeDigest(domain: SigningDomain, challenge: ProbeChallenge): Hex {
  const { nodeId, attesterId, epoch, bucket, nonce } = challenge;
  return typedDataDigest(
    domain,
    hashWords(TYPE_HASHES.ProbeChallenge, nodeId, attesterId, epoch, bucket, nonce),
  );
}

export function servicesDigest(domain: SigningDomain, { nodeId, document }: ServicesDocument): Hex {
  return typedDataDigest(domain, hashWords(TYPE_HASHES.ServicesDocument, nodeId, keccak256Text(document)));
}

export function credentialsRequestDigest(domain: SigningDomain, request: CredentialsRequest): Hex {
  const { nodeId, attesterId, issuedAtMs, nonce } = request;
  return typedDataDigest(
    domain,
    hashWords(TYPE_HASHES.CredentialsRequest, nodeId, attesterId, issuedAtMs, nonce),
  );
}

export function sealedCredentialsDigest(domain: SigningDomain, credentials: SealedCredentials): Hex {
  const { nodeId, attesterId, nonce, sealed } = credentials;
  const sealedHash = keccak256Hex(fromHex(sealed));
  return typedDataDigest(
    domain,
    hashWords(TYPE_HASHES.SealedCredentials, nodeId, attesterId, nonce, sealedHash),
  );
}

/** keccak256(abi.encode(ObservationRoot[])): what a report says of its set. */
export function observationsHash(roots: readonly ObservationRoot[]): Hex {
  return hashWords(32, roots.length, ...roots.flatMap(({ attesterId, root }) => [attesterId, root]));
}

function hashWords(...words: readonly AbiWord[]): Hex {
  return keccak256Hex(encodeWords(words));
}
