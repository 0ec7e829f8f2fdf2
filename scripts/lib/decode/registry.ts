import { INodeRegistry__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/INodeRegistry__factory.ts";
import type { ErrorModule } from "./words.ts";

export const REGISTRY: ErrorModule = {
  name: "NodeRegistry",
  errors: INodeRegistry__factory.createInterface(),
  words: {
    UnknownNode: ["there is no node {nodeId}", "`icn node status` lists the nodes"],
    NotOperator: [
      "{caller} does not operate node {nodeId}",
      "sign with the operator's account (`icn node status` shows it)",
    ],
    WrongStatus: [
      "node {nodeId} is {actual:status}, it would have to be {expected:status}",
      "look at `icn node status`; changes of status count from the next epoch on",
    ],
    NotOffered: [
      "node {nodeId} was not offered to {caller}",
      "let the operator offer it to this account first, or sign with the account it was offered to",
    ],
    ZeroNodeKey: [
      "the node key is the zero address",
      "name the address of the key with which the server signs",
    ],
    NodeKeyUsed: [
      "the node key {nodeKey} was used before",
      "make a new key: a node key belongs to one node for ever",
    ],
    NoService: ["the node offers no service", "offer units of storage, compute or network"],
    InvalidUnits: [
      "{units} units of {service:service}: the class allows 1 to {cap} where the service is offered, 0 elsewhere",
      "correct the units or choose a larger class",
    ],
    InvalidCountry: [
      '"{country:text}" is no country: two capital letters are',
      "write an ISO 3166 code such as DE",
    ],
    CommissionTooHigh: [
      "a commission of {commissionPpm:ppm} is above the most allowed, {max:ppm}",
      "lower the commission",
    ],
    InvalidEndpoint: ["the endpoint has {length} bytes, allowed are 1 to {max}", "name a shorter address"],
    StillBonded: [
      "node {nodeId} still has a bond of {bond:icnt} ICNT",
      "take the bond out first; it counts until the next epoch",
    ],
  },
  rare: {
    UnknownServices: [
      "the services {services} hold bits that mean nothing",
      "use storage 1, compute 2 and network 4",
    ],
    FeeTooHigh: ["a fee of {fee:icnt} ICNT is above {max:icnt}", "propose at most {max:icnt}"],
    ClassCapTooHigh: ["a cap of {units} units is above {max}", "propose at most {max} units of each service"],
    ZeroCreditPool: ["the credit pool is the zero address", "propose an address"],
  },
};
