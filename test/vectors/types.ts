import type { TypedDataField } from "ethers";

/** "uint64 epoch,bytes32 root" → the fields that ethers wants. */
function fields(signature: string): TypedDataField[] {
  return signature.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { type, name };
  });
}

/** The types of docs/wire.md, written once more for ethers. */
export const TYPED_DATA = {
  EpochReport: {
    EpochReport: fields(
      "uint64 epoch,uint32 generation,uint32 viewNumber,uint32 committeeId,bytes32 rulesHash," +
        "bytes32 observationsHash,bytes32 previousLedgerRoot,bytes32 ledgerRoot,uint64 nodeCount,uint32 paidMask",
    ),
  },
  Commitment: { Commitment: fields("uint64 epoch,uint32 attesterId,bytes32 observationRoot") },
  Holdings: {
    Holdings: fields("uint64 epoch,uint32 generation,uint32 attesterId,ObservationRoot[] roots"),
    ObservationRoot: fields("uint32 attesterId,bytes32 root"),
  },
  Proposal: {
    Proposal: fields(
      "uint64 epoch,uint32 generation,uint32 viewNumber,uint32 attesterId,bytes32 holdingsHash,bytes32 digest",
    ),
  },
  ProbeChallenge: {
    ProbeChallenge: fields("uint64 nodeId,uint32 attesterId,uint64 epoch,uint16 bucket,bytes32 nonce"),
  },
  ServicesDocument: { ServicesDocument: fields("uint64 nodeId,string document") },
  CredentialsRequest: {
    CredentialsRequest: fields("uint64 nodeId,uint32 attesterId,uint64 issuedAtMs,bytes32 nonce"),
  },
  SealedCredentials: {
    SealedCredentials: fields("uint64 nodeId,uint32 attesterId,bytes32 nonce,bytes sealed"),
  },
};

export const LEAF_TYPES = ["uint64", "uint64", "uint64", "uint64", "uint64", "uint32", "uint32", "uint256"];
export const OBSERVATION_TYPES = ["uint64", "uint256", "uint256", "uint32", "uint32"];

export const RULES_TYPE =
  "tuple(uint32 algorithmVersion," +
  "tuple(uint32 attesterSharePpm,uint96 stakeFloor,uint32 bondFactor,uint96 stakePerUnit) economics," +
  "tuple(uint16 measuredBucketsMin,uint16 latencyBucketsMin,uint16 staleEpochsPaid,uint16 assignedAttesters," +
  "uint16 storageBucketInterval,uint16 networkBucketInterval,uint16 computeBucketInterval,uint32 networkBytes," +
  "uint32 paidConclusivePpm) measurement," +
  "tuple(uint32 commitPpm,uint32 revealPpm,uint32 viewTimeoutPpm) timing," +
  "tuple(uint8 nodeClass,uint8 service,uint32 targetMs)[] latencyTargets," +
  "tuple(uint32 xPpm,uint32 yPpm)[] availabilityCurve,tuple(uint32 xPpm,uint32 yPpm)[] latencyCurve)";
