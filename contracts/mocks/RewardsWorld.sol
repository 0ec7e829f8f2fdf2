// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAttesterCommittee} from "../interfaces/IAttesterCommittee.sol";
import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {Epoch} from "../types/Epoch.sol";
import {AttesterId, NodeId, PositionId} from "../types/Ids.sol";
import {Position} from "../types/Nodes.sol";
import {Member} from "../types/Reports.sol";
import {Economics} from "../types/Rules.sol";

/// @dev Staking, registry, oracle and committee in one, as far as NodeRewards reads them. Everything can be set, so a
/// test can finalize any root without a quorum. Positions have dense ids from 1, reports come in order from epoch 0.
contract RewardsWorld {
    struct Report {
        bytes32 root;
        uint64 nodeCount;
        uint32 paidMask;
        AttesterId[] committee;
    }

    Position[] private _positions;
    Report[] private _reports;
    mapping(Epoch => Economics) private _economics;
    mapping(NodeId => address) private _operators;
    mapping(AttesterId => address) private _attesterOwners;

    function openPosition(Position calldata position) external {
        _positions.push(position);
    }

    function closePosition(PositionId positionId, Epoch to) external {
        _positions[PositionId.unwrap(positionId) - 1].to = to;
    }

    function setOperator(NodeId nodeId, address operator) external {
        _operators[nodeId] = operator;
    }

    function setAttesterOwner(AttesterId attesterId, address owner) external {
        _attesterOwners[attesterId] = owner;
    }

    function setEconomics(Epoch epoch, Economics calldata economics) external {
        _economics[epoch] = economics;
    }

    function finalize(bytes32 root, uint64 nodeCount, uint32 paidMask_, AttesterId[] calldata committee) external {
        _reports.push(Report(root, nodeCount, paidMask_, committee));
    }

    function positionCount() external view returns (uint64) {
        return uint64(_positions.length);
    }

    function positionOf(PositionId positionId) external view returns (Position memory position) {
        uint256 id = PositionId.unwrap(positionId);
        if (id > 0 && id <= _positions.length) position = _positions[id - 1];
    }

    function totalStakeAt(Epoch epoch) external view returns (uint256 stake) {
        for (uint256 i = 0; i < _positions.length; ++i) {
            Position storage position = _positions[i];
            if (position.from <= epoch && epoch < position.to) stake += position.amount;
        }
    }

    function operatorOf(NodeId nodeId) external view returns (address) {
        return _operators[nodeId];
    }

    function finalizedCount() external view returns (uint64) {
        return uint64(_reports.length);
    }

    function finalizedRoot(Epoch epoch) external view returns (bytes32) {
        return _reportOf(epoch).root;
    }

    function nodeCountOf(Epoch epoch) external view returns (uint64) {
        return _reportOf(epoch).nodeCount;
    }

    function paidMask(Epoch epoch) external view returns (uint32) {
        return _reportOf(epoch).paidMask;
    }

    /// @dev 5 % to the attesters and 35 M ICNT where a test set nothing else.
    function economicsAt(Epoch epoch) external view returns (Economics memory economics) {
        economics = _economics[epoch];
        if (economics.stakeFloor == 0) economics = Economics(50_000, 35_000_000e18, 9, 1_000e18);
    }

    function committeeAt(Epoch epoch) external view returns (uint32 committeeId, Member[] memory members) {
        AttesterId[] storage seats = _reportOf(epoch).committee;
        members = new Member[](seats.length);
        for (uint256 seat = 0; seat < seats.length; ++seat) members[seat].attesterId = seats[seat];
        committeeId = 1;
    }

    function attesterOf(AttesterId attesterId) external view returns (IAttesterCommittee.Attester memory attester) {
        attester.owner = _attesterOwners[attesterId];
        if (attester.owner == address(0)) revert IAttesterCommittee.UnknownAttester(attesterId);
    }

    function _reportOf(Epoch epoch) private view returns (Report storage) {
        if (Epoch.unwrap(epoch) >= _reports.length) revert ISlaOracle.NotFinalized(epoch);
        return _reports[Epoch.unwrap(epoch)];
    }
}
