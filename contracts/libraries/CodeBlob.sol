// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Bytes written once, kept as the code of a contract
/// @dev Reading costs one cold account (2,600 gas) whatever the length; storage would cost 2,100 for every 32 bytes.
/// Read with `blob.code`. The bytes must begin with 0x00 (STOP), as ABI encodings here do, so that they cannot run.
contract CodeBlob {
    constructor(bytes memory content) {
        assert(content[0] == 0x00);
        assembly ("memory-safe") {
            return(add(content, 0x20), mload(content))
        }
    }
}
