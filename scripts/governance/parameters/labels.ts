// What the fields of the oracle's rules are, in a few words. contracts/types/Rules.sol says more.

/** By path; `*` is the place of an entry in a list. */
const LABELS: Readonly<Record<string, string>> = {
  algorithmVersion: "version of the computation",
  "economics.attesterSharePpm": "attesters' share of an epoch's emission",
  "economics.stakeFloor": "stake that pay is divided by while less is staked",
  "economics.bondFactor": "most delegations to a node, times its bond",
  "economics.stakePerUnit": "most delegations to a node, for each capacity unit",
  "measurement.measuredBucketsMin": "buckets with a verdict that a node needs to be measured",
  "measurement.latencyBucketsMin": "ok buckets that an attester needs for its latency to count",
  "measurement.staleEpochsPaid": "unmeasured epochs in a row that are paid at the last score",
  "measurement.assignedAttesters": "attesters of a node",
  "measurement.storageBucketInterval": "one bucket in so many has a storage probe",
  "measurement.networkBucketInterval": "one bucket in so many has a network probe",
  "measurement.computeBucketInterval": "one bucket in so many has a compute probe",
  "measurement.networkBytes": "size of a network probe's download",
  "measurement.paidConclusivePpm": "share of its node-buckets that an attester must judge to be paid",
  "timing.commitPpm": "end of committing after the epoch, as a share of its length",
  "timing.revealPpm": "end of revealing after the epoch, as a share of its length",
  "timing.viewTimeoutPpm": "time that each leader has, as a share of an epoch",
  latencyTargets: "objectives of the services, by class of servers",
  "latencyTargets.*.nodeClass": "class; 0 is every class without an objective of its own",
  "latencyTargets.*.service": "1 storage, 2 compute, 4 network",
  "latencyTargets.*.targetMs": "time that the service may take",
  availabilityCurve: "score by availability",
  "availabilityCurve.*.xPpm": "availability",
  "availabilityCurve.*.yPpm": "score there",
  latencyCurve: "score by latency over its objective",
  "latencyCurve.*.xPpm": "latency over its objective",
  "latencyCurve.*.yPpm": "score there",
};

/** Undefined of a field that this does not know, after an upgrade. */
export const labelOf = (path: string): string | undefined => LABELS[path.replace(/\.\d+(?=\.|$)/g, ".*")];
