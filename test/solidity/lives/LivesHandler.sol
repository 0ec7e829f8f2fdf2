// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ClaimLives} from "./ClaimLives.sol";

/// Everybody in one life: those who vest, who stake, who vote, who report and who claim. Each move is drawn by one seed.
contract LivesHandler is ClaimLives {
    /// The moves, the usual ones several times.
    function moves() external pure returns (bytes4[] memory selectors) {
        bytes4[38] memory all = _all();
        bytes4[14] memory often = _often();
        selectors = new bytes4[](all.length + often.length);
        for (uint256 i = 0; i < all.length; ++i) selectors[i] = all[i];
        for (uint256 i = 0; i < often.length; ++i) selectors[all.length + i] = often[i];
    }

    /// Each move once.
    function _all() private pure returns (bytes4[38] memory) {
        return
            [
                this.grant.selector,
                this.grantBatch.selector,
                this.addTable.selector,
                this.release.selector,
                this.nameVestingRecipient.selector,
                this.offerSchedule.selector,
                this.takeSchedule.selector,
                this.revoke.selector,
                this.register.selector,
                this.activate.selector,
                this.maintain.selector,
                this.changeTerms.selector,
                this.offerNode.selector,
                this.takeNode.selector,
                this.startExit.selector,
                this.completeExit.selector,
                this.addBond.selector,
                this.delegate.selector,
                this.topUp.selector,
                this.undelegate.selector,
                this.lowerBond.selector,
                this.withdraw.selector,
                this.slash.selector,
                this.changePeriod.selector,
                this.passTime.selector,
                this.report.selector,
                this.finalize.selector,
                this.settle.selector,
                this.veto.selector,
                this.bondAttester.selector,
                this.namePayee.selector,
                this.accrue.selector,
                this.claim.selector,
                this.claimBatch.selector,
                this.claimAttesterPay.selector,
                this.gift.selector,
                this.nameVoter.selector,
                this.nameVoterBySignature.selector
            ];
    }

    /// What makes up most of a life.
    function _often() private pure returns (bytes4[14] memory) {
        return
            [
                this.passTime.selector,
                this.settle.selector,
                this.grant.selector,
                this.release.selector,
                this.release.selector,
                this.delegate.selector,
                this.topUp.selector,
                this.lowerBond.selector,
                this.withdraw.selector,
                this.withdraw.selector,
                this.claim.selector,
                this.slash.selector,
                this.passTime.selector,
                this.nameVoter.selector
            ];
    }
}
